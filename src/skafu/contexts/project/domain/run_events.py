"""What happens in runs: the generations and proofs of projects."""

from typing import Literal

import msgspec

from skafu.kernel.events import Event

RunKind = Literal["generate", "prove"]
StepState = Literal["started", "preparing", "ready", "passed", "failed", "not_proven"]


class RunStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of a run: a check of a proof, or a tool that is made ready.

    Attributes:
        name: of the check or tool.
        state: how it stands.
        seconds: how long it took; 0 while it runs.
        summary: one line for people.
        problems: why it is not passed, one line each.
    """

    name: str
    state: StepState
    seconds: float = 0.0
    summary: str = ""
    problems: tuple[str, ...] = ()


class RunEvent(Event, frozen=True):
    """Something that happened in a run of a project."""

    run_id: str
    project_id: str
    kind: RunKind
    revision: int


class RunRequested(RunEvent, frozen=True):
    """The run waits for its turn."""


class RunStarted(RunEvent, frozen=True):
    """A worker has begun; `attempt` counts from 1, and what the ones before came to is void."""

    attempt: int


class RunProgressed(RunEvent, frozen=True):
    """Steps have begun or ended since the last time, in order."""

    steps: tuple[RunStep, ...]


class RunFinished(RunEvent, frozen=True):
    """The run came to its end.

    Attributes:
        verdict: what it came to.
        tree: the archive of the files that it made, or that it proved.
        delivery: an archive of these files together with the record of their proof.
        files: how many they are.
        record: of a proof, for programs.
        report: the same for people.
        failed: names of the checks that failed.
        passed: how many checks passed.
        open_questions: how many things could not be shown.
        seconds: how long the work took.
        size: bytes that are kept because of it.
    """

    verdict: Literal["generated", "proven", "not_proven"]
    tree: str
    files: int
    record: str
    report: str
    failed: tuple[str, ...]
    passed: int
    open_questions: int
    seconds: float
    delivery: str = ""
    size: int = 0


class RunFailed(RunEvent, frozen=True):
    """The run broke off; nothing can be said of its subject."""

    reason: str
    fix: str


class RunCancelled(RunEvent, frozen=True):
    """Somebody did not want its result any more."""

    reason: str


RUN_EVENTS: tuple[type[Event], ...] = (
    RunRequested,
    RunStarted,
    RunProgressed,
    RunFinished,
    RunFailed,
    RunCancelled,
)
