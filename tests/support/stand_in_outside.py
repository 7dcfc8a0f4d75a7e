"""Stands in for the contexts of analyses and repositories: an errand for each step, with its effect in a folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from skafu.contexts.project.application.revising import Draft, revise
from skafu.contexts.project.ports import Workshop
from skafu.kernel.errors import Refused
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Command, Event
from skafu.processes.course.commands import HearDone, HearFailed, HearUndone, ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind, Known, Step
from skafu.processes.translating.translation import Ask, Quietly, Translation
from skafu.storage.dispatching import Aggregate
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work, WorkKind

STEPS: tuple[Step, ...] = ("analysis", "blueprint", "repository", "push", "configuration", "proposal")
BLUEPRINT = "planned from words"


class OfErrand(Event, frozen=True):
    errand_id: str
    project_id: str
    step: Step
    ref: str


class ErrandAsked(OfErrand, frozen=True):
    text: str


class ErrandDone(OfErrand, frozen=True):
    answer: str


class ErrandFailed(OfErrand, frozen=True):
    reason: str


class ErrandUndone(OfErrand, frozen=True):
    """What it made is gone."""


class RunErrand(Command, frozen=True):
    errand_id: str
    project_id: str
    step: Step
    ref: str
    text: str = ""


class EndErrand(Command, frozen=True):
    errand_id: str
    answer: str


class FailErrand(Command, frozen=True):
    errand_id: str
    reason: str


class UndoErrand(Command, frozen=True):
    errand_id: str


class Errand(msgspec.Struct, frozen=True):
    asked: ErrandAsked | None = None
    ended: str = ""


class ErrandDecider:
    initial_state = Errand()

    def decide(self, command: Command, state: Errand, /) -> Sequence[Event]:
        asked = state.asked
        if isinstance(command, RunErrand):
            head = (command.errand_id, command.project_id, command.step, command.ref)
            return () if asked else (ErrandAsked(*head, command.text),)
        if asked is None:
            raise Refused("nobody asked for this")
        head = (asked.errand_id, asked.project_id, asked.step, asked.ref)
        match command:
            case EndErrand() if not state.ended:
                return (ErrandDone(*head, command.answer),)
            case FailErrand() if not state.ended:
                return (ErrandFailed(*head, command.reason),)
            case UndoErrand() if state.ended != "undone":
                return (ErrandUndone(*head),)
            case _:
                return ()

    def evolve(self, state: Errand, event: Event, /) -> Errand:
        match event:
            case ErrandAsked():
                return Errand(event)
            case ErrandDone():
                return msgspec.structs.replace(state, ended="done")
            case ErrandUndone():
                return msgspec.structs.replace(state, ended="undone")
            case _:
                return msgspec.structs.replace(state, ended="failed")


def _stream(command: RunErrand | EndErrand | FailErrand | UndoErrand) -> str:
    return f"errand-{command.errand_id}"


ERRANDS = Aggregate(ErrandDecider(), (RunErrand, EndErrand, FailErrand, UndoErrand), _stream)
EVENT_TYPES = EventTypes(
    *(EventType(each, f"outside.{each.__name__}") for each in (ErrandAsked, ErrandDone, ErrandFailed, ErrandUndone))
)


class World:
    """What was done outside: a file for each effect, so that it is there once however often it is tried."""

    def __init__(self, folder: Path, before: Callable[[], None] = lambda: None) -> None:
        self.folder = folder
        self.before = before
        self.troubles: dict[Step, list[Exception]] = {}
        folder.mkdir(exist_ok=True)

    def do(self, step: Step, ref: str) -> None:
        self.before()
        if self.troubles.get(step):
            raise self.troubles[step].pop(0)
        (self.folder / f"{step} {ref}").touch()

    def undo(self, step: Step, ref: str) -> None:
        self.before()
        (self.folder / f"{step} {ref}").unlink(missing_ok=True)

    @property
    def effects(self) -> list[str]:
        return sorted(each.name for each in self.folder.iterdir())


def outside_works(ledger: Ledger, workshop: Workshop, world: World) -> tuple[WorkKind, ...]:
    async def perform(work: Work) -> None:
        asked = work.event.event
        assert isinstance(asked, ErrandAsked)
        world.do(asked.step, asked.errand_id)
        answer = ""
        if asked.step == "analysis":
            answer = await ledger.blobs.put(work.tenant, BLUEPRINT.encode())
        if asked.step == "blueprint":
            draft = Draft(asked.project_id, BLUEPRINT, "ai", "planned", "planned", work.event.recorded_at)
            await revise(ledger, workshop, work.tenant, draft, origin=work.origin, key=f"{work.id}:revised")
        ended = EndErrand(asked.errand_id, answer)
        await ledger.commands.send(work.tenant, ended, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(work: Work, why: GivenUp) -> None:
        asked = work.event.event
        assert isinstance(asked, ErrandAsked)
        failed = FailErrand(asked.errand_id, why.message)
        await ledger.commands.send(work.tenant, failed, origin=work.origin, key=f"{work.id}:failed")

    async def take_back(work: Work) -> None:
        assert isinstance(work.event.event, ErrandUndone)
        world.undo(work.event.event.step, work.event.event.errand_id)

    async def never(work: Work, why: GivenUp) -> None:
        raise AssertionError((work, why))

    return (
        WorkKind("outside.errand", (ErrandAsked,), perform, gave_up, lambda event: event.stream),
        WorkKind("outside.undo", (ErrandUndone,), take_back, never, lambda event: event.stream),
    )


def _hear(kind: Kind, event: Event) -> Sequence[ProcessCommand]:
    match event:
        case ErrandDone():
            learned = {
                "analysis": Known(blueprint=event.answer, draft_id=event.errand_id),
                "repository": Known(repository_id=event.errand_id, address="/git/shop", repository="shop"),
                "push": Known(commit="c0ffee", branch="main"),
                "proposal": Known(commit="c0ffee2", branch="update", pull_request="/git/shop/1"),
            }.get(event.step, Known())
            return (HearDone(event.project_id, kind, event.step, event.ref, learned),)
        case ErrandFailed():
            return (HearFailed(event.project_id, kind, event.step, event.ref, event.reason),)
        case ErrandUndone():
            return (HearUndone(event.project_id, kind, event.errand_id, kept=False),)
        case _:
            return ()


def _ask(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    if started.step not in STEPS:
        return ()
    own = started.step in {"analysis", "repository", "proposal"}
    subject = started.known.repository_id or started.known.draft_id
    errand_id = started.ref if own else f"{subject[:8]} {started.step} {started.attempt}"
    command = RunErrand(errand_id, started.project_id, started.step, started.ref)
    texts = {"text": started.known.report} if started.step == "proposal" else {}
    return (Ask(started, command, texts=texts),)


def _undo(cancelled: ProcessCancelled) -> Sequence[Quietly]:
    return (Quietly(UndoErrand(cancelled.repository_id)),) if cancelled.repository_id else ()


OUTSIDE = Translation((ErrandDone, ErrandFailed, ErrandUndone), _hear, _ask, _undo)
