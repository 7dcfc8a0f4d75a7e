"""What was lately taken from people who may still hold an access token: kept in memory, heard from the feed."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from skafu.contexts.identity.domain.events import (
    MemberRemoved,
    MemberRoleChanged,
    OrganisationClosed,
    SessionEnded,
    TierChanged,
)
from skafu.contexts.identity.ports import Claims
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import Clock

SKEW: Final = timedelta(seconds=10)
"""By how much the clocks of processes may differ, with room to spare."""

MOST_FOUND: Final = 4096
"""Access tokens of which a process remembers what a look at the store found; the oldest are forgotten first."""

Place: TypeAlias = tuple[str, str]
"""A session; an organisation; or a person in one."""

Mark: TypeAlias = int
"""How much had been heard at a moment."""


class RecentChanges:
    """One for each process.

    Most access tokens can be taken at their word. The others are those of a session that has ended, of a person whose
    role has changed, of an organisation whose tier has, and all that were signed before this process began to listen:
    for those somebody has to look at the store. What they find counts until something changes again.
    """

    def __init__(self, lasts: timedelta, clock: Clock) -> None:
        """Remember changes for as long as an access token lasts."""
        self._kept_for = lasts + SKEW
        self._clock = clock
        self._since: datetime | None = None
        self._at: OrderedDict[Place, tuple[datetime, Mark]] = OrderedDict()
        self._heard: Mark = 0
        self._listens_from: Mark = 0
        self._found: OrderedDict[Claims, tuple[Claims, Mark]] = OrderedDict()

    def listen(self, *, listening: bool) -> None:
        """From now on every event is heard, or may be missed."""
        self._since = self._clock() if listening else None
        self._heard += 1
        self._listens_from = self._heard
        self._found.clear()

    def hear(self, event: RecordedEvent[Event], /) -> None:
        """Remember what an event has changed."""
        place = _place(event.event)
        if place is None:
            return
        self._heard += 1
        self._at[place] = event.recorded_at, self._heard
        self._at.move_to_end(place)
        self._forget(event.recorded_at)

    @property
    def mark(self) -> Mark:
        """How much has been heard; taken before a look at the store, so that no change falls in between."""
        return self._heard

    def found(self, signed: Claims, stands: Claims, mark: Mark) -> None:
        """Remember what a look at the store found for an access token; it began at this mark."""
        if self._since is None or mark < self._listens_from:
            return
        self._found[signed] = stands, mark
        if len(self._found) > MOST_FOUND:
            self._found.popitem(last=False)

    def known(self, signed: Claims) -> Claims | None:
        """What a look at the store found for an access token; none when something may have changed since."""
        stands, mark = self._found.get(signed, (None, 0))
        if stands is None or any(self._at[each][1] > mark for each in _places(signed) if each in self._at):
            return None
        return stands

    def touch(self, claims: Claims, now: datetime) -> bool:
        """Whether something may have changed since an access token was signed."""
        if self._since is None or datetime.fromtimestamp(claims.iat, UTC) <= self._since + SKEW:
            return True
        if not self._at:
            return False
        self._forget(now)
        return any(each in self._at for each in _places(claims))

    def _forget(self, now: datetime) -> None:
        """Let go of what is older than every access token."""
        while self._at and next(iter(self._at.values()))[0] + self._kept_for < now:
            self._at.popitem(last=False)


def _places(claims: Claims) -> tuple[Place, Place, Place]:
    return ("", claims.session_id), (claims.org_id, ""), (claims.org_id, claims.user_id)


def _place(event: Event) -> Place | None:
    match event:
        case SessionEnded():
            return None if event.reason == "switched" else ("", event.session_id)
        case MemberRemoved() | MemberRoleChanged():
            return event.organisation_id, event.user_id
        case TierChanged() | OrganisationClosed():
            return event.organisation_id, ""
    return None
