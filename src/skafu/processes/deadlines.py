"""Steps of processes that wait for too long are given up: a timer that survives everything."""

from datetime import timedelta
from typing import Final

from skafu.kernel.events import Event, RecordedEvent
from skafu.processes.course.aggregate import SECONDS_FOR
from skafu.processes.course.commands import HearFailed
from skafu.processes.course.events import (
    ProcessCancelled,
    ProcessEvent,
    ProcessStepDone,
    ProcessStepFailed,
    ProcessStepHeld,
    ProcessStepStarted,
)
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Later, Work, WorkKind

PATIENCE: Final = 30 * 24 * 3600.0


def deadlines(ledger: Ledger) -> WorkKind:
    """The work that waits beside each step."""
    timer = _Timer(ledger)
    return WorkKind(
        "processes.deadline",
        (ProcessStepStarted,),
        timer.perform,
        timer.gave_up,
        _subject,
        cancelled_by=(ProcessStepDone, ProcessStepFailed, ProcessStepHeld, ProcessCancelled),
        patience_seconds=PATIENCE,
    )


class _Timer:
    """Looks at the clock, and comes again, until a step has had its time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def perform(self, work: Work) -> None:
        started = work.event.event
        if not isinstance(started, ProcessStepStarted):
            return
        allowed = timedelta(seconds=SECONDS_FOR[started.step])
        left = (work.event.recorded_at + allowed - self._ledger.clock()).total_seconds()
        if left > 0:
            raise Later(left)
        minutes = int(allowed.total_seconds() // 60)
        reason = f"nothing was heard of this step for {minutes} minutes"
        command = HearFailed(started.project_id, started.kind, started.step, started.ref, reason)
        await self._ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(self, work: Work, _why: GivenUp) -> None:
        await self.perform(work)


def _subject(recorded: RecordedEvent[Event]) -> str:
    event = recorded.event
    match event:
        case ProcessStepStarted() | ProcessStepDone() | ProcessStepFailed() | ProcessStepHeld() | ProcessCancelled():
            return f"{event.kind} {event.project_id} {event.step} {event.attempt}"
        case ProcessEvent():
            return f"{event.kind} {event.project_id}"
        case _:
            return recorded.stream
