"""The proofs of updates use up what an organisation may prove, as all proofs do: nobody asked for them at a route."""

from collections.abc import Awaitable, Callable

from skafu.contexts.project.application.queries import project_of
from skafu.kernel.identity import TenantId
from skafu.processes.course.events import ProcessStepStarted
from skafu.processes.managing import Gate
from skafu.storage.ledger import Ledger
from skafu.web_api.principal import Principal, Tier
from skafu.web_api.quotas import Quotas

TierOf = Callable[[TenantId], Awaitable[Tier]]
"""The tier of an organisation."""


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
        await quotas.check(nobody, "proofs")
        await quotas.check(nobody, "storage")

    return gate
