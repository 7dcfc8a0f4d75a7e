"""The process managers: they hear events, and have the commands sent that follow."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from skafu.kernel.errors import NotFound, Refused, SkafuError, Unavailable
from skafu.kernel.events import Command, Event
from skafu.kernel.identity import TenantId
from skafu.processes.beginning import BEGINNING, Begin, begin_provisioning, begin_update
from skafu.processes.course.commands import CancelProcess, HearDone, HearFailed, HearHeld
from skafu.processes.course.events import ProcessCancelled, ProcessEvent, ProcessStepStarted
from skafu.processes.course.words import Kind
from skafu.processes.translating.translation import Ask, Quietly, Translation
from skafu.storage.blobs import BlobId
from skafu.storage.checkpoints import ReadModels
from skafu.storage.documents import Body, Collection
from skafu.storage.event_store import KeyReused, WrongVersion
from skafu.storage.ledger import Ledger
from skafu.storage.projections import ProcessManager, Recorded, Wanted

LONGEST_TEXT: Final = 60_000
"""Characters of a text that goes into a command; hosts take little more in a pull request."""

CUT: Final = "\n\n(shortened; the whole record is PROOF.md in the files)\n"

BEGIN: Final[dict[Kind, Begin]] = {"provisioning": begin_provisioning, "update": begin_update}


class Course(msgspec.Struct, frozen=True):
    """How events lead to commands in the processes of one kind."""

    kind: Kind
    translations: tuple[Translation, ...]

    def keys_of(self, recorded: Recorded) -> tuple[str, ...]:
        """The project that an event is about, when it matters to the process."""
        event = recorded.event
        told: list[type[Event]] = [each for one in self.translations for each in one.wants]
        wanted: tuple[type[Event], ...] = (*BEGINNING, ProcessStepStarted, ProcessCancelled, *told)
        if not isinstance(event, wanted):
            return ()
        if isinstance(event, ProcessEvent) and event.kind != self.kind and not isinstance(event, BEGINNING):
            return ()
        project_id = getattr(event, "project_id", "")
        return (project_id,) if isinstance(project_id, str) and project_id else ()

    def coordinate(self, memory: Body | None, recorded: Recorded) -> tuple[Body | None, Sequence[object]]:
        """What is remembered after an event, and the commands that follow."""
        event = recorded.event
        after, begun = BEGIN[self.kind](memory, event)
        return after, [*begun, *self._outward(event), *self._inward(event)]

    def _outward(self, event: Event) -> Sequence[object]:
        match event:
            case ProcessStepStarted():
                return [each for one in self.translations for each in one.ask(event)]
            case ProcessCancelled():
                return [each for one in self.translations for each in one.undo(event)]
            case _:
                return ()

    def _inward(self, event: Event) -> Sequence[object]:
        told = [each for one in self.translations for each in one.hear(self.kind, event)]
        return [Quietly(each) if isinstance(each, CancelProcess) else each for each in told]


class HeldUp(Refused):
    """A step may not begin yet.

    Attributes:
        seconds: until it may; none when nobody knows.
    """

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        """Say why, and for how long."""
        super().__init__(message)
        self.seconds = seconds


Gate = Callable[[TenantId, ProcessStepStarted], Awaitable[None]]
"""Lets a step begin, or raises `HeldUp`: it begins later by itself."""


async def open_gate(_tenant: TenantId, _started: ProcessStepStarted) -> None:
    """Lets all steps begin."""


class Dispatching:
    """Sends the commands of processes; a refusal is news of the step, not an error of the manager."""

    def __init__(self, ledger: Ledger, gate: Gate = open_gate) -> None:
        """Send by this ledger's bus what the gate lets begin."""
        self._ledger = ledger
        self._gate = gate

    async def send(self, wanted: Wanted) -> None:
        """Send a command; it can be repeated with the same key.

        Raises:
            Unavailable: the store does not answer; the event is handled again.
        """
        match wanted.command:
            case Ask():
                await self._ask(wanted, wanted.command)
            case Quietly():
                await self._quietly(wanted, wanted.command)
            case Command():
                await self._send(wanted, wanted.command, wanted.key)
            case _:
                raise TypeError(f"{type(wanted.command).__name__} is no command")

    async def _ask(self, wanted: Wanted, ask: Ask) -> None:
        started = ask.started
        step = (started.project_id, started.kind, started.step, started.ref)
        try:
            if not started.let_in:
                await self._gate(wanted.tenant, started)
            outcome = await self._send(wanted, await self._filled(wanted, ask), wanted.key)
        except HeldUp as held:
            again_at = held.seconds and self._ledger.clock() + timedelta(seconds=held.seconds)
            await self._send(wanted, HearHeld(*step, held.message, again_at or None), f"{wanted.key} held")
            return
        except SkafuError as error:
            if _passes(error):
                raise
            await self._send(wanted, HearFailed(*step, error.message, error.fix), f"{wanted.key} refused")
            return
        if ask.settled and outcome == 0:
            await self._send(wanted, HearDone(*step), f"{wanted.key} settled")

    async def _quietly(self, wanted: Wanted, quietly: Quietly) -> None:
        try:
            await self._send(wanted, quietly.command, wanted.key)
        except SkafuError as error:
            if _passes(error):
                raise
            if isinstance(error, NotFound) and quietly.absent is not None:
                await self._send(wanted, quietly.absent, f"{wanted.key} absent")

    async def _filled(self, wanted: Wanted, ask: Ask) -> Command:
        texts = {
            name: _bounded((await self._ledger.blobs.get(wanted.tenant, BlobId(blob))).decode(errors="replace"))
            for name, blob in ask.texts.items()
        }
        filled: Command = msgspec.structs.replace(ask.command, **texts)
        return filled

    async def _send(self, wanted: Wanted, command: Command, key: str) -> int:
        """Send a command; how many events it has led to, now or the first time."""
        outcome = await self._ledger.commands.send(wanted.tenant, command, origin=wanted.origin, key=key)
        return len(outcome.events) + outcome.repeated


def _passes(error: SkafuError) -> bool:
    """Whether it may go better the next time, without anybody doing anything."""
    return isinstance(error, Unavailable | WrongVersion | KeyReused)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def process_managers(
    ledger: Ledger, read_models: ReadModels, translations: tuple[Translation, ...], gate: Gate = open_gate
) -> tuple[ProcessManager, ...]:
    """The manager of each kind of process; `gate` lets their steps begin."""
    send = Dispatching(ledger, gate).send
    kinds: tuple[Kind, ...] = ("provisioning", "update")
    courses = [Course(kind, translations) for kind in kinds]
    return tuple(
        ProcessManager(
            f"processes.{each.kind}",
            Collection(f"{each.kind} memory"),
            each.keys_of,
            each.coordinate,
            send,
            read_models,
        )
        for each in courses
    )
