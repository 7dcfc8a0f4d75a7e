"""The proofs of updates use up what an organisation may prove, as all proofs do: nobody asked for them at a route."""

from collections.abc import Awaitable, Callable
from typing import Final

from skafu.contexts.project.application.queries import project_of
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.processes.course.commands import HearFailed, LetIn
from skafu.processes.course.events import ProcessStepHeld, ProcessStepStarted
from skafu.processes.course.words import Known
from skafu.processes.managing import Gate, HeldUp
from skafu.processes.queries import process_of
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Later, Work, WorkKind
from skafu.web_api.principal import Principal, Tier
from skafu.web_api.quotas import QuotaExceeded, Quotas

TierOf = Callable[[TenantId], Awaitable[Tier]]
"""The tier of an organisation."""

LOOK_SECONDS: Final = 300.0
"""How soon a step that is held goes on when there is more before anybody expects it: with a higher tier."""

PATIENCE: Final = 90 * 24 * 3600.0


def rationed(ledger: Ledger, quotas: Quotas, tier_of: TierOf) -> Gate:
    """Lets a proof of an update begin while there are some left; one that was let in already stays so."""

    async def gate(tenant: TenantId, started: ProcessStepStarted) -> None:
        if (started.kind, started.step) != ("update", "proof"):
            return
        project = (await project_of(ledger, tenant, started.project_id)).project
        known = (project.proving, project.verdict)
        if any(each is not None and each.run_id == started.ref for each in known):
            return
        nobody = Principal("", tenant, "developer", await tier_of(tenant))
        try:
            await quotas.check(nobody, "storage")
            await quotas.check(nobody, "proofs")
        except QuotaExceeded as error:
            why = f"{error.message} ({error.fix})" if error.fix else error.message
            raise HeldUp(why, seconds=error.retry_after) from error

    return gate


def waiting(ledger: Ledger, gate: Gate) -> WorkKind:
    """The work that lets the steps go on that are held."""
    waiter = _Waiter(ledger, gate)
    return WorkKind(
        "processes.held",
        (ProcessStepHeld,),
        waiter.perform,
        waiter.gave_up,
        _subject,
        patience_seconds=PATIENCE,
    )


class _Waiter:
    """Asks at the gate again and again."""

    def __init__(self, ledger: Ledger, gate: Gate) -> None:
        self._ledger = ledger
        self._gate = gate

    async def perform(self, work: Work) -> None:
        """Let the step begin when it may; what was cancelled or begun anew meanwhile is let be."""
        held = work.event.event
        if not isinstance(held, ProcessStepHeld):
            return
        process = (await process_of(self._ledger, work.tenant, held.kind, held.project_id)).process
        if not process.held or process.ref != held.ref:
            return
        step = (held.project_id, held.kind, held.step)
        try:
            await self._gate(work.tenant, ProcessStepStarted(*step, held.attempt, held.ref, Known()))
        except HeldUp as still:
            raise Later(min(still.seconds or LOOK_SECONDS, LOOK_SECONDS)) from still
        key = f"{work.id}:done"
        await self._ledger.commands.send(work.tenant, LetIn(*step, held.ref), origin=work.origin, key=key)

    async def gave_up(self, work: Work, why: GivenUp) -> None:
        held = work.event.event
        if isinstance(held, ProcessStepHeld):
            failed = HearFailed(held.project_id, held.kind, held.step, held.ref, held.reason, why.fix)
            await self._ledger.commands.send(work.tenant, failed, origin=work.origin, key=f"{work.id}:failed")


def _subject(recorded: RecordedEvent[Event]) -> str:
    return recorded.event.ref if isinstance(recorded.event, ProcessStepHeld) else recorded.stream
