"""The decider of a run: who is first, its end or its cancellation, is decided here and nowhere else."""

from collections.abc import Sequence
from typing import Final, Literal, assert_never

import msgspec
from msgspec.structs import replace

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import run_events as e
from skafu.contexts.project.domain.errors import RunHasEnded, RunNotFound
from skafu.kernel.events import Event

RunState = Literal["queued", "running", "finished", "failed", "cancelled"]


class Absent(msgspec.Struct, frozen=True, tag=True):
    """There is no such run."""


class Run(msgspec.Struct, frozen=True, tag=True):
    """A run as it stands.

    Attributes:
        attempt: which attempt its steps belong to.
        steps: the newest state of each, in the order of their first mention.
        result: what it came to, once it is finished.
        reason: why it broke off or was cancelled.
    """

    run_id: str
    project_id: str
    kind: e.RunKind
    revision: int
    state: RunState = "queued"
    attempt: int = 0
    steps: tuple[e.RunStep, ...] = ()
    result: e.RunFinished | None = None
    reason: str = ""
    fix: str = ""

    @property
    def open(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in {"queued", "running"}


State = Absent | Run

initial_state: Final[State] = Absent()


def decide(command: c.RunCommand, state: State) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        RunNotFound: there is no such run.
        RunHasEnded: it cannot be cancelled any more.
    """
    match state:
        case Absent():
            return _when_absent(command)
        case Run():
            return _when_open(command, state) if state.open else _when_ended(command, state)
        case _:
            assert_never(state)


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case e.RunRequested():
            return Run(event.run_id, event.project_id, event.kind, event.revision)
        case e.RunCancelled():
            run = state if isinstance(state, Run) else Run(event.run_id, event.project_id, event.kind, event.revision)
            return replace(run, state="cancelled", reason=event.reason)
        case _ if isinstance(state, Run):
            return _after(event, state)
        case _:
            raise TypeError("a run that is not there has no events but its beginning")


def _after(event: Event, run: Run) -> Run:
    match event:
        case e.RunStarted():
            return replace(run, state="running", attempt=event.attempt, steps=())
        case e.RunProgressed():
            return replace(run, steps=merged(run.steps, event.steps))
        case e.RunFinished():
            return replace(run, state="finished", result=event)
        case e.RunFailed():
            return replace(run, state="failed", reason=event.reason, fix=event.fix)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a run")


def merged(steps: Sequence[e.RunStep], newer: Sequence[e.RunStep]) -> tuple[e.RunStep, ...]:
    """Steps with their newest states."""
    found = {each.name: each for each in steps}
    return tuple((found | {each.name: each for each in newer}).values())


def existing(state: State, run_id: str) -> Run:
    """The run of a state.

    Raises:
        RunNotFound: there is none.
    """
    if isinstance(state, Absent):
        raise RunNotFound(run_id)
    return state


def _when_absent(command: c.RunCommand) -> Sequence[Event]:
    match command:
        case c.OpenRun():
            return (e.RunRequested(command.run_id, command.project_id, command.kind, command.revision),)
        case c.CancelRun():
            return (_cancelled(command),)
        case _:
            raise RunNotFound(command.run_id)


def _when_open(command: c.RunCommand, run: Run) -> Sequence[Event]:
    head = (run.run_id, run.project_id, run.kind, run.revision)
    match command:
        case c.StartRun() if command.attempt > run.attempt:
            return (e.RunStarted(*head, command.attempt),)
        case c.ProgressRun() if command.attempt == run.attempt and command.steps:
            return (e.RunProgressed(*head, command.steps),)
        case c.FinishRun():
            return (command.result,)
        case c.FailRun():
            return (e.RunFailed(*head, command.reason, command.fix),)
        case c.CancelRun():
            return (_cancelled(command),)
        case _:
            return ()


def _when_ended(command: c.RunCommand, run: Run) -> Sequence[Event]:
    """What comes late is passed over; only to cancel is refused, because somebody waits for an answer."""
    if isinstance(command, c.CancelRun) and run.state != "cancelled":
        raise RunHasEnded(run.run_id, run.state)
    return ()


def _cancelled(command: c.CancelRun) -> Event:
    return e.RunCancelled(command.run_id, command.project_id, command.kind, command.revision, command.reason)
