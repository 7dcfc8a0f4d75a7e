"""Builds the part of projects: with a workshop of processes, and proofs in processes of their own."""

from typing import Final

from skafu.contexts.project.adapters.prover import ProcessProver
from skafu.contexts.project.adapters.workshop import ProcessWorkshop
from skafu.contexts.project.api.routes import routes
from skafu.contexts.project.application.aggregates import AGGREGATES
from skafu.contexts.project.application.projections import PROJECTIONS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain.events import EVENT_TYPES, PROJECT_EVENTS
from skafu.contexts.project.domain.run_events import RUN_EVENTS
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import TenantId
from skafu.server_bootstrap.site import Site
from skafu.web_api.parts import Part

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

STREAMED: Final = (*PROJECT_EVENTS, *RUN_EVENTS)


class NoTemplates:
    """Has no template but the shipped one: until the template context fills the shelf."""

    async def archive_of(self, _tenant: TenantId, template: str, _version: str) -> bytes:
        """No archive.

        Raises:
            NotFound: always.
        """
        raise NotFound(f"there is no template {template}", fix="choose the shipped template `system`")


async def open_part(site: Site) -> Part:
    """The part of projects."""
    site.workshop = workshop = ProcessWorkshop()
    site.exits.push_async_callback(workshop.close)
    works = work_kinds(site.ledger, workshop, ProcessProver(), NoTemplates())
    return Part("project", routes(site.ledger, workshop), PROJECTIONS, works, streamed=STREAMED)
