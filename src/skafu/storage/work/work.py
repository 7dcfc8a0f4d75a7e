"""What a kind of work is, and one piece of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

import msgspec

from skafu.kernel.errors import SkafuError
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId

Lane = Literal["quick", "heavy"]
"""Quick work waits for others; heavy work keeps processors busy, so that only a few are done at once."""


class Work(msgspec.Struct, frozen=True):
    """A piece of work in hand.

    Attributes:
        id: the idempotency key of every effect: the same each time that the work is done.
        kind: the name of its kind.
        tenant: for whom.
        event: what asked for it.
        attempt: how often it was begun, from 1.
    """

    id: str
    kind: str
    tenant: TenantId
    event: RecordedEvent[Event]
    attempt: int

    @property
    def origin(self) -> Origin:
        """Where the commands come from that follow from it."""
        return self.event.leads_to(Actor("system", self.kind))


class Later(Exception):
    """The work cannot go on yet, as when an outside system is still busy: come again. Not a failure."""

    def __init__(self, seconds: float) -> None:
        """Say when."""
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class GivenUp(SkafuError):
    """Why work was given up: the last error in words.

    Attributes:
        code: the kind of the error: "UNAVAILABLE".
    """

    def __init__(self, message: str, *, fix: str = "", code: str = "") -> None:
        """Keep the words of the last error."""
        super().__init__(message, fix=fix)
        self.code = code


class PutOff(msgspec.Struct, frozen=True):
    """An attempt that came to nothing; the work is done again by itself.

    Attributes:
        work: which, as it was attempted.
        why: the error in words.
        again_at: when it is done again.
    """

    work: Work
    why: GivenUp
    again_at: datetime


HearPutOff = Callable[[PutOff], Awaitable[None]]
Perform = Callable[[Work], Awaitable[None]]
GaveUp = Callable[[Work, GivenUp], Awaitable[None]]
SubjectOf = Callable[[RecordedEvent[Event]], str]


class WorkKind(msgspec.Struct, frozen=True):
    """A kind of work.

    Attributes:
        name: unique: "project.prove".
        wants: the events that ask for it.
        perform: has the effect and records the outcome by a command. It may be called again at any time.
        gave_up: records by a command that it failed, and why. It may be called again.
        subject: what the work is about; an event of `cancelled_by` with the same subject cancels it.
        cancelled_by: the events that cancel it; who cancels has recorded the outcome.
        limit_seconds: how long an attempt may take.
        retries: pauses in seconds between the attempts.
        patience_seconds: how long it may be put off by `Later`, from when it was asked for.
        lane: how many are done at once.
    """

    name: str
    wants: tuple[type[Event], ...]
    perform: Perform
    gave_up: GaveUp
    subject: SubjectOf
    cancelled_by: tuple[type[Event], ...] = ()
    limit_seconds: float = 60.0
    retries: tuple[float, ...] = (1.0, 5.0, 30.0)
    patience_seconds: float = 3600.0
    lane: Lane = "quick"
