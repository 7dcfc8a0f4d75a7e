"""Gives projects the templates that their organisation has brought along, and those that come with the program."""

import asyncio

from skafu.contexts.template.adapters.catalog import ShippedCatalog
from skafu.contexts.template.application.aggregates import TEMPLATES, template_stream
from skafu.contexts.template.domain.template import NoTemplate
from skafu.kernel.identity import TenantId
from skafu.scaffold.merging.archive import packed
from skafu.storage.blobs import BlobId
from skafu.storage.ledger import Ledger


class LibraryShelf:
    """Fills the shelf of projects from the library of templates."""

    def __init__(self, ledger: Ledger) -> None:
        """Look things up in this ledger."""
        self._ledger = ledger
        self._catalog = ShippedCatalog()

    async def archive_of(self, tenant: TenantId, template: str, version: str) -> bytes:
        """The files of a version that can be used; without a number, of the newest.

        Raises:
            SkafuError: there is no such version, or it cannot be used.
        """
        found = next((each for each in self._catalog.shipped() if each.template_id == template), None)
        if found is not None:
            return await asyncio.to_thread(packed, found.files)
        standing = await self._ledger.commands.state(tenant, TEMPLATES, template_stream(template))
        if not standing.state.exists:
            raise NoTemplate(f"there is no template {template}", fix="choose another template")
        number = int(version) if version.isdecimal() else 0
        return await self._ledger.blobs.get(tenant, BlobId(standing.state.usable(number).uploaded.content))
