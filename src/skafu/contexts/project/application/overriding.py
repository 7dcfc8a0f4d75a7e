"""Taking over what is not proven: the record that goes out with the files says who did, and why."""

import asyncio

from msgspec.structs import replace

from skafu.contexts.project.application.proving import delivery_of
from skafu.contexts.project.domain.commands import OverrideProof
from skafu.contexts.project.domain.facts import Project
from skafu.contexts.project.ports import Prover, Taken
from skafu.kernel.identity import TenantId
from skafu.storage.blobs import BlobId, Blobs


async def override(
    blobs: Blobs, prover: Prover, tenant: TenantId, project: Project, by: str, taken: Taken
) -> OverrideProof:
    """The command that takes the present files over, with the record that says so.

    Args:
        blobs: where records are kept.
        prover: writes records.
        tenant: whose project it is.
        project: as it stands.
        by: the id of the person.
        taken: their name, their reason, and the moment.
    """
    verdict = project.verdict
    command = OverrideProof(project.project_id, by, taken.person, taken.reason)
    if verdict is None or project.standing != "not_proven" or not verdict.record:
        return command
    record, report = await prover.taken_over(await blobs.get(tenant, BlobId(verdict.record)), taken)
    archive = await blobs.get(tenant, BlobId(verdict.tree))
    delivery, _ = await asyncio.to_thread(delivery_of, archive, record, report)
    return replace(
        command,
        run_id=verdict.run_id,
        record=await blobs.put(tenant, record),
        report=await blobs.put(tenant, report),
        delivery=await blobs.put(tenant, delivery),
    )
