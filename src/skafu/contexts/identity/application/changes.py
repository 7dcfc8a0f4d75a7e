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

Place: TypeAlias = tuple[str, str]
"""A session; an organisation; or a person in one."""


class RecentChanges:
    """One for each process.

    Most access tokens can be taken at their word. The others are those of a session that has ended, of a person whose
    role has changed, of an organisation whose tier has, and all that were signed before this process began to listen:
    for those somebody has to look at the store.
    """

    def __init__(self, lasts: timedelta, clock: Clock) -> None:
        """Remember changes for as long as an access token lasts."""
        self._kept_for = lasts + SKEW
        self._clock = clock
        self._since: datetime | None = None
        self._at: OrderedDict[Place, datetime] = OrderedDict()

    def listen(self, listening: bool, /) -> None:  # noqa: FBT001 as the port has it
        """From now on every event is heard, or may be missed."""
        self._since = self._clock() if listening else None

    def hear(self, event: RecordedEvent[Event], /) -> None:
        """Remember what an event has changed."""
        place = _place(event.event)
        if place is None:
            return
        self._at[place] = event.recorded_at
        self._at.move_to_end(place)
        self._forget(event.recorded_at)

    def touch(self, claims: Claims, now: datetime) -> bool:
        """Whether something may have changed since an access token was signed."""
        if self._since is None or datetime.fromtimestamp(claims.iat, UTC) <= self._since + SKEW:
            return True
        if not self._at:
            return False
        self._forget(now)
        places = (("", claims.session_id), (claims.org_id, ""), (claims.org_id, claims.user_id))
        return any(each in self._at for each in places)

    def _forget(self, now: datetime) -> None:
        """Let go of what is older than every access token."""
        while self._at and next(iter(self._at.values())) + self._kept_for < now:
            self._at.popitem(last=False)


def _place(event: Event) -> Place | None:
    match event:
        case SessionEnded():
            return None if event.reason == "switched" else ("", event.session_id)
        case MemberRemoved() | MemberRoleChanged():
            return event.organisation_id, event.user_id
        case TierChanged() | OrganisationClosed():
            return event.organisation_id, ""
    return None
