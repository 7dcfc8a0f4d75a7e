"""The decider of a process: one step after the other. It knows their order, and none of the rules of those it asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace

from skafu.kernel.errors import Conflict, NotFound
from skafu.kernel.events import Event
from skafu.processes.course import commands as c
from skafu.processes.course import events as e
from skafu.processes.course.advice import BEGIN_AGAIN, WAIT, WAIT_FOR_ROOM, next_action
from skafu.processes.course.words import BEGIN_AGAIN_AT, GO_BACK_TO, Kind, Known, Step

_REFS: Final = UUID("0c6e2b0d-7f4a-5f0e-9d8f-1f1f6a0f9c11")


class ProcessNotFound(NotFound):
    """No such process was ever begun for the project."""


class ProcessHasEnded(Conflict):
    """There is nothing to be cancelled or tried again."""


class Absent(msgspec.Struct, frozen=True, tag=True):
    """It was never begun."""


class Process(msgspec.Struct, frozen=True, tag=True):
    """A process as it stands.

    Attributes:
        round: how often it was begun.
        step: the one that is under way, has failed or was cancelled; the last one when all are done.
        ref: what the outcome of this step will be known by.
        attempts: how often each step was started in this round.
        undoing: the repository that is being taken back.
        again: what is known for another round, when one is wanted.
        again_at: when the present step is tried again by itself, or may begin, as far as anybody knows.
        held: nothing of the present step has begun, because it may not yet.
    """

    project_id: str
    kind: Kind
    round: int
    steps: tuple[Step, ...]
    known: Known
    state: Literal["running", "failed", "finished", "cancelled"] = "running"
    step: Step = "record"
    ref: str = ""
    attempts: Mapping[Step, int] = {}
    reason: str = ""
    next_action: str = ""
    left: str = ""
    undoing: str = ""
    again: Known | None = None
    again_at: datetime | None = None
    held: bool = False

    @property
    def attempt(self) -> int:
        """How often the present step was started."""
        return self.attempts.get(self.step, 0)


State = Absent | Process

initial_state: Final[State] = Absent()

_FRESH: Final[Mapping[str, Any]] = {
    "state": "running",
    "reason": "",
    "next_action": "",
    "left": "",
    "again_at": None,
    "held": False,
}
"""What is told of a step that has just begun."""


def decide(command: c.ProcessCommand, state: State) -> Sequence[Event]:
    """What a command leads to; what is told to a process that does not wait for it leads to nothing.

    Raises:
        ProcessNotFound: there is nothing to be cancelled or tried again.
        ProcessHasEnded: likewise.
    """
    match command:
        case c.BeginProcess():
            return _begun(command, state)
        case c.CancelProcess():
            return _cancelled(command, _there(state, command))
        case c.RetryProcess():
            return _retried(_there(state, command))
        case _:
            return _heard(command, state) if isinstance(state, Process) else ()


def _there(state: State, command: c.ProcessCommand) -> Process:
    if isinstance(state, Absent):
        raise ProcessNotFound(f"there is no {command.kind} of project {command.project_id}")
    return state


def _begun(command: c.BeginProcess, state: State) -> Sequence[Event]:
    head = (command.project_id, command.kind)
    if isinstance(state, Process) and state.state == "running" and not state.held:
        return () if state.again is not None else (e.ProcessWantedAgain(*head, command.known),)
    number = state.round + 1 if isinstance(state, Process) else 1
    fresh = Process(*head, number, command.steps, command.known)
    return e.ProcessBegun(*head, number, command.steps, command.known), _started(fresh, command.steps[0])


def _heard(command: c.ProcessCommand, process: Process) -> Sequence[Event]:
    match command:
        case c.HearDone() if process.state in {"running", "failed"} and _is_done(command, process):
            return _done(command.learned, process)
        case c.HearFailed() if process.state == "running" and _is_about(command, process):
            return _failed(command, process)
        case c.HearDelay() if process.state == "running" and _is_about(command, process):
            return (_delayed(command, process),)
        case c.HearHeld() if process.state == "running" and not process.held and _is_about(command, process):
            return _held(command, process)
        case c.LetIn() if process.held and _is_about(command, process):
            return (_started(process, process.step, let_in=True),)
        case c.HearUndone() if process.undoing and process.undoing == command.repository_id:
            head = (process.project_id, process.kind)
            return (e.ProcessUndone(*head, command.repository_id, command.kept, command.reason, command.address),)
        case _:
            return ()


def _delayed(command: c.HearDelay, process: Process) -> Event:
    head = (process.project_id, process.kind)
    return e.ProcessStepDelayed(*head, process.step, process.attempt, command.reason, command.again_at)


def _held(command: c.HearHeld, process: Process) -> Sequence[Event]:
    head = (process.project_id, process.kind)
    held = e.ProcessStepHeld(*head, process.step, process.attempt, process.ref, command.reason, command.again_at)
    return held, *_once_more(process)


def _is_done(command: c.HearDone, process: Process) -> bool:
    """Whether the present step is done; a template that failed, also by another one that somebody has chosen since."""
    chosen_since = command.step == process.step == "template" and process.state == "failed"
    return chosen_since or _is_about(command, process)


def _is_about(command: c.HearDone | c.HearFailed | c.HearDelay | c.HearHeld | c.LetIn, process: Process) -> bool:
    return (command.step, command.ref) == (process.step, process.ref)


def _done(learned: Known, process: Process) -> Sequence[Event]:
    head = (process.project_id, process.kind)
    done = e.ProcessStepDone(*head, process.step, process.attempt, learned)
    wiser = replace(process, known=process.known.and_also(learned))
    left = process.steps[process.steps.index(process.step) + 1 :]
    if left:
        return done, _started(wiser, left[0])
    return done, e.ProcessFinished(*head, wiser.known), *_once_more(process)


def _failed(command: c.HearFailed, process: Process) -> Sequence[Event]:
    head = (process.project_id, process.kind)
    action = next_action(process.step, command.fix)
    failed = e.ProcessStepFailed(*head, process.step, process.attempt, command.reason, action, _left(process))
    return failed, *_once_more(process)


def _once_more(process: Process) -> Sequence[Event]:
    """Another round, when something has changed meanwhile."""
    if process.again is None:
        return ()
    head, number = (process.project_id, process.kind), process.round + 1
    fresh = Process(*head, number, process.steps, process.again)
    return e.ProcessBegun(*head, number, process.steps, process.again), _started(fresh, process.steps[0])


def _left(process: Process) -> str:
    """What stands outside because of this process."""
    if process.kind != "provisioning" or not process.known.repository_id:
        return ""
    return (
        f"the repository {process.known.address or process.known.repository} was made and stays until this is cancelled"
    )


def _cancelled(command: c.CancelProcess, process: Process) -> Sequence[Event]:
    if process.state == "cancelled":
        return ()
    if process.state == "finished":
        raise ProcessHasEnded(f"the {process.kind} has ended already", fix="change the project itself")
    runs = process.state == "running" and not process.held and process.step in {"generation", "proof"}
    under_way = process.ref if runs else ""
    made = process.ref if process.step == "repository" else process.known.repository_id
    return (
        e.ProcessCancelled(
            process.project_id,
            process.kind,
            process.step,
            process.attempt,
            command.reason,
            under_way,
            made if process.kind == "provisioning" else "",
        ),
    )


def _retried(process: Process) -> Sequence[Event]:
    if process.state == "cancelled":
        return _begun_again(process)
    if process.state != "failed":
        raise ProcessHasEnded(f"the {process.kind} has not failed: it is {process.state}", fix="wait, or look at it")
    earlier = GO_BACK_TO.get(process.step, process.step)
    return (_started(process, earlier if earlier in process.steps else process.step),)


def _begun_again(process: Process) -> Sequence[Event]:
    """Another round of what was cancelled, from where it was stopped."""
    if process.undoing:
        raise ProcessHasEnded("what it has made is being taken back still", fix="wait a moment, then retry")
    provisions = process.kind == "provisioning"
    known = process.known.without_repository(kept=bool(process.left)) if provisions else process.known
    head, number = (process.project_id, process.kind), process.round + 1
    fresh = Process(*head, number, process.steps, known)
    earlier = BEGIN_AGAIN_AT.get(process.step, process.step)
    step = earlier if earlier in process.steps else process.steps[0]
    return e.ProcessBegun(*head, number, process.steps, known), _started(fresh, step)


def _started(process: Process, step: Step, *, let_in: bool = False) -> Event:
    attempt = process.attempts.get(step, 0) + 1
    ref = _ref(process, step, attempt)
    before = _ref(process, step, attempt - 1) if attempt > 1 else ""
    return e.ProcessStepStarted(process.project_id, process.kind, step, attempt, ref, process.known, before, let_in)


def _ref(process: Process, step: Step, attempt: int) -> str:
    """What the outcome of a step will be known by: an id that we choose, or one that we have learned."""
    match step:
        case "blueprint":
            return process.known.blueprint
        case "template":
            return process.known.template
        case "release" | "record":
            return process.project_id
        case "push" | "configuration":
            return process.known.repository_id
        case _:
            name = f"{process.project_id} {process.kind} {process.round} {step} {attempt}"
            return str(uuid5(_REFS, name))


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    if isinstance(event, e.ProcessBegun):
        return Process(event.project_id, event.kind, event.round, event.steps, event.known, step=event.steps[0])
    if isinstance(state, Absent):
        raise TypeError("a process that was never begun has no other event")
    return _after(event, state)


def _after(event: Event, process: Process) -> Process:
    match event:
        case e.ProcessStepStarted():
            attempts = {**process.attempts, event.step: event.attempt}
            return replace(process, step=event.step, ref=event.ref, attempts=attempts, **_FRESH)
        case e.ProcessStepDone():
            return replace(process, known=process.known.and_also(event.learned), **_FRESH)
        case e.ProcessStepFailed():
            told = {"reason": event.reason, "next_action": event.next_action, "left": event.left}
            return replace(process, state="failed", again_at=None, held=False, **told)
        case e.ProcessStepDelayed():
            return replace(process, reason=event.reason, next_action=WAIT, again_at=event.again_at)
        case e.ProcessStepHeld():
            told = {"reason": event.reason, "next_action": WAIT_FOR_ROOM}
            return replace(process, held=True, again_at=event.again_at, **told)
        case e.ProcessWantedAgain():
            return replace(process, again=event.known)
        case e.ProcessFinished():
            return replace(process, state="finished", ref="")
        case e.ProcessCancelled():
            ended = replace(process, state="cancelled", undoing=event.repository_id, again=None)
            return replace(ended, reason=event.reason, next_action=BEGIN_AGAIN, again_at=None, held=False)
        case e.ProcessUndone():
            return replace(process, undoing="", left=event.address if event.kept else "")
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a process")
