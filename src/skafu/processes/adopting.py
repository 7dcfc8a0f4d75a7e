"""A draft that was accepted becomes a revision of its project's blueprint."""

from typing import Final

from skafu.contexts.ai.domain.events import DraftAccepted
from skafu.contexts.project.application.revising import Draft, revise, text_of
from skafu.contexts.project.ports import Workshop
from skafu.kernel.events import Event, RecordedEvent
from skafu.processes.course.commands import HearDone, HearFailed
from skafu.processes.course.words import Known
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work, WorkKind

PLANNED: Final = "Planned from the description"
TAKEN_OVER: Final = "A draft that was accepted"


def adopting(ledger: Ledger, workshop: Workshop) -> WorkKind:
    """The work that checks and saves what was accepted."""
    adoption = _Adoption(ledger, workshop)
    return WorkKind("processes.adopt", (DraftAccepted,), adoption.perform, adoption.gave_up, _subject)


class _Adoption:
    """Saves a draft, and tells the provisioning, which waits for it by the name of its content."""

    def __init__(self, ledger: Ledger, workshop: Workshop) -> None:
        self._ledger = ledger
        self._workshop = workshop

    async def perform(self, work: Work) -> None:
        accepted = work.event.event
        if not isinstance(accepted, DraftAccepted):
            return
        actor = work.event.actor
        planned = actor.kind == "system"
        text = await text_of(self._ledger, work.tenant, accepted.blueprint)
        message = PLANNED if planned else TAKEN_OVER
        draft = Draft(
            accepted.project_id,
            text,
            author=actor.id,
            message=message,
            source="planned" if planned else "recommended",
            at=work.event.recorded_at,
        )
        key = f"{work.id}:done"
        await revise(self._ledger, self._workshop, work.tenant, draft, origin=work.origin, key=key)
        done = HearDone(accepted.project_id, "provisioning", "blueprint", accepted.blueprint, Known())
        await self._ledger.commands.send(work.tenant, done, origin=work.origin, key=f"{work.id}:told")

    async def gave_up(self, work: Work, why: GivenUp) -> None:
        accepted = work.event.event
        if isinstance(accepted, DraftAccepted):
            failed = HearFailed(
                accepted.project_id, "provisioning", "blueprint", accepted.blueprint, why.message, why.fix
            )
            await self._ledger.commands.send(work.tenant, failed, origin=work.origin, key=f"{work.id}:failed")


def _subject(recorded: RecordedEvent[Event]) -> str:
    return recorded.event.draft_id if isinstance(recorded.event, DraftAccepted) else recorded.stream
