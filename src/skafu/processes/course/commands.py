"""What can be asked of processes, and what they are told."""

from datetime import datetime

from skafu.kernel.events import Command
from skafu.processes.course.words import Kind, Known, Step


class ProcessCommand(Command, frozen=True):
    """For the process of a kind of a project."""

    project_id: str
    kind: Kind


class BeginProcess(ProcessCommand, frozen=True):
    """Go through these steps; while the process is under way, once more after its end."""

    steps: tuple[Step, ...]
    known: Known


class HearDone(ProcessCommand, frozen=True):
    """The outcome of a step is there, known by its ref."""

    step: Step
    ref: str
    learned: Known = Known()


class HearFailed(ProcessCommand, frozen=True):
    """A step came to nothing."""

    step: Step
    ref: str
    reason: str
    fix: str = ""


class HearDelay(ProcessCommand, frozen=True):
    """An attempt at a step came to nothing; whoever carries it out tries again by itself."""

    step: Step
    ref: str
    reason: str
    again_at: datetime


class HearHeld(ProcessCommand, frozen=True):
    """A step may not begin yet; nothing of it has.

    Attributes:
        again_at: when it may, as far as anybody knows.
    """

    step: Step
    ref: str
    reason: str
    again_at: datetime | None


class LetIn(ProcessCommand, frozen=True):
    """A step that was held may begin now."""

    step: Step
    ref: str


class HearUndone(ProcessCommand, frozen=True):
    """A repository was taken back, or had to be kept."""

    repository_id: str
    kept: bool
    reason: str = ""
    address: str = ""


class CancelProcess(ProcessCommand, frozen=True):
    """Stop, and take back what was made."""

    reason: str


class RetryProcess(ProcessCommand, frozen=True):
    """Go on from the step that failed."""
