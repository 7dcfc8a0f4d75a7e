"""What happens in the course of a process."""

from collections.abc import Mapping
from datetime import datetime

from skafu.kernel.event_types import EventType, EventTypes, Fields, Upcaster
from skafu.kernel.events import Event
from skafu.processes.course.words import Kind, Known, Step


class ProcessEvent(Event, frozen=True):
    """Something happened in a process of a project; there is one of each kind."""

    project_id: str
    kind: Kind


class ProcessBegun(ProcessEvent, frozen=True):
    """The process begins, for the `round`th time."""

    round: int
    steps: tuple[Step, ...]
    known: Known


class ProcessStepStarted(ProcessEvent, frozen=True):
    """A step is to be carried out.

    Attributes:
        attempt: from 1.
        ref: what its outcome will be known by.
        known: what it can build upon.
        before: what the outcome of the attempt before would have been known by; empty at the first one.
        let_in: it was held, and was found to be allowed to begin.
    """

    step: Step
    attempt: int
    ref: str
    known: Known
    before: str = ""
    let_in: bool = False


class ProcessStepDone(ProcessEvent, frozen=True):
    """A step has come to its end, and this was learned from it."""

    step: Step
    attempt: int
    learned: Known


class ProcessStepFailed(ProcessEvent, frozen=True):
    """A step came to nothing.

    Attributes:
        reason: in plain words.
        next_action: what can safely be done next.
        left: what stands somewhere outside because of this process; empty when nothing does.
    """

    step: Step
    attempt: int
    reason: str
    next_action: str
    left: str


class ProcessStepDelayed(ProcessEvent, frozen=True):
    """A step takes longer, for this reason: it is tried again by itself.

    Attributes:
        reason: in plain words.
        again_at: when the next try begins.
    """

    step: Step
    attempt: int
    reason: str
    again_at: datetime


class ProcessStepHeld(ProcessEvent, frozen=True):
    """A step may not begin yet, for this reason: it begins by itself when it may.

    Attributes:
        ref: what its outcome would have been known by.
        reason: in plain words.
        again_at: when it may begin, as far as anybody knows.
    """

    step: Step
    attempt: int
    ref: str
    reason: str
    again_at: datetime | None


class ProcessWantedAgain(ProcessEvent, frozen=True):
    """Something has changed while the process was under way: it begins once more when it has ended."""

    known: Known


class ProcessFinished(ProcessEvent, frozen=True):
    """All steps are done."""

    known: Known


class ProcessCancelled(ProcessEvent, frozen=True):
    """Nobody wants it any more.

    Attributes:
        step: that was under way, or had failed.
        run_id: the run that is to be ended; empty when none is under way.
        repository_id: the repository that is to be taken back; empty when none was made.
    """

    step: Step
    attempt: int
    reason: str
    run_id: str
    repository_id: str


class ProcessUndone(ProcessEvent, frozen=True):
    """What became of a repository that was to be taken back: it is gone, or it was kept, and `reason` says why."""

    repository_id: str
    kept: bool
    reason: str
    address: str


PROCESS_EVENTS: tuple[type[Event], ...] = (
    ProcessBegun,
    ProcessStepStarted,
    ProcessStepDone,
    ProcessStepFailed,
    ProcessStepDelayed,
    ProcessStepHeld,
    ProcessWantedAgain,
    ProcessFinished,
    ProcessCancelled,
    ProcessUndone,
)


def _not_held(fields: Fields) -> Fields:
    return {**fields, "let_in": False}


UPCASTERS: Mapping[type[Event], tuple[Upcaster, ...]] = {ProcessStepStarted: (_not_held,)}

EVENT_TYPES = EventTypes(
    *(EventType(each, f"processes.{each.__name__}", UPCASTERS.get(each, ())) for each in PROCESS_EVENTS)
)
