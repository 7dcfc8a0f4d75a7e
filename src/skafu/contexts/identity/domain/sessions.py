"""The rules of sessions: when one has ended, and what is put on record of it in its organisation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, assert_never

import msgspec

from skafu.contexts.identity.domain.events import Method, SessionEnded, SessionMoved, SessionStarted
from skafu.kernel.events import Command

INACTIVE: Final = timedelta(hours=24)
"""A session that was not used for so long has ended."""

OLDEST: Final = timedelta(days=30)
"""A session that began so long ago has ended, however much it is used."""

NOTED_EVERY: Final = timedelta(minutes=5)
"""How exact the last use is kept: a session may end that much early, never late."""

GRACE: Final = timedelta(seconds=30)
"""How long the secret before the last one is still taken: an answer with the new one may have been lost."""


class StartSession(Command, frozen=True):
    """Put on record that a person signed in to an organisation."""

    session_id: str
    user_id: str
    method: Method
    address: str


class MoveSession(Command, frozen=True):
    """Put on record that a session goes on from an address."""

    session_id: str
    address: str


class EndSession(Command, frozen=True):
    """Put on record that a session was ended."""

    session_id: str
    reason: Literal["signed_out", "switched", "ended", "stolen"]


SessionCommand: TypeAlias = StartSession | MoveSession | EndSession
SessionEvent: TypeAlias = SessionStarted | SessionMoved | SessionEnded


class NotInSession(msgspec.Struct, frozen=True, tag=True):
    """Not started here, or ended."""


class InSession(msgspec.Struct, frozen=True, tag=True):
    """Going on, from some addresses."""

    user_id: str
    addresses: tuple[str, ...]


SessionState: TypeAlias = NotInSession | InSession

initial_state: Final[SessionState] = NotInSession()


class KeptSession(msgspec.Struct, frozen=True):
    """What is kept of a session while it lasts, under its id.

    Attributes:
        session_id: an opaque id.
        user_id: whose it is.
        organisation_id: where they work now.
        digest: the SHA-256 of its secret; `before` that of the secret before, which rotation replaced at `rotated_at`.
        started_at: when the person signed in.
        seen_at: when it was last used, exact to five minutes.
        addresses: where it was used from, the newest last.
    """

    session_id: str
    user_id: str
    organisation_id: str
    digest: str
    started_at: datetime
    seen_at: datetime
    addresses: tuple[str, ...]
    before: str = ""
    rotated_at: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether it can be used at a moment."""
        return now < self.seen_at + INACTIVE and now < self.started_at + OLDEST

    def ends_at(self) -> datetime:
        """When it ends unless it is used."""
        return min(self.seen_at + INACTIVE, self.started_at + OLDEST)


def stream_of(session_id: str) -> str:
    """The stream of a session, in each organisation that it was in."""
    return f"session-{session_id}"


def decide(command: SessionCommand, state: SessionState) -> Sequence[SessionEvent]:
    """What a command leads to."""
    if isinstance(command, StartSession):
        started = SessionStarted(command.session_id, command.user_id, command.method, command.address)
        return [] if isinstance(state, InSession) else [started]
    if isinstance(state, NotInSession):
        return []
    match command:
        case MoveSession():
            known = command.address in state.addresses
            return [] if known else [SessionMoved(command.session_id, state.user_id, command.address)]
        case EndSession():
            return [SessionEnded(command.session_id, state.user_id, command.reason)]
        case _:
            assert_never(command)


def evolve(state: SessionState, event: SessionEvent) -> SessionState:
    """A session after an event."""
    match event:
        case SessionStarted():
            return InSession(event.user_id, (event.address,))
        case SessionMoved():
            addresses = state.addresses if isinstance(state, InSession) else ()
            return InSession(event.user_id, (*addresses, event.address))
        case SessionEnded():
            return NotInSession()
        case _:
            assert_never(event)
