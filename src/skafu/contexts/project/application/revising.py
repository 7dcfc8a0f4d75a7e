"""How a text becomes a revision: it is checked, kept, and then the project is told."""

from datetime import datetime

import msgspec

from skafu.contexts.project.domain.commands import ReviseBlueprint
from skafu.contexts.project.domain.events import Source
from skafu.contexts.project.ports import MadeCheck, Workshop
from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.blobs import BlobId
from skafu.storage.handling import Outcome
from skafu.storage.ledger import Ledger


class Draft(msgspec.Struct, frozen=True):
    """A text that somebody wants to save."""

    project_id: str
    text: str
    author: str
    message: str
    source: Source
    at: datetime


async def revise(
    ledger: Ledger,
    workshop: Workshop,
    tenant: TenantId,
    draft: Draft,
    *,
    origin: Origin,
    key: str | None,
    if_version: int | None = None,
) -> tuple[Outcome[object], MadeCheck]:
    """Save a text as the next revision. One with errors is saved too: nothing that somebody wrote is lost.

    Raises:
        SkafuError: a rule says no.
        WrongVersion: the project is at another version.
    """
    found = await workshop.check(draft.text)
    blob = await ledger.blobs.put(tenant, draft.text.encode())
    command = ReviseBlueprint(draft.project_id, blob, draft.author, draft.message, found.errors, draft.source, draft.at)
    outcome = await ledger.commands.send(tenant, command, origin=origin, key=key, if_version=if_version)
    return outcome, found


async def text_of(ledger: Ledger, tenant: TenantId, blob: str) -> str:
    """A text that was kept.

    Raises:
        Unavailable: it cannot be read.
    """
    content = await ledger.blobs.get(tenant, BlobId(blob))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Unavailable(f"the content {blob} is no text", fix="restore it from a backup") from error
