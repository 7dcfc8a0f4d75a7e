"""Builds the template context."""

from typing import Final

from skafu.contexts.template.adapters.catalog import ShippedCatalog
from skafu.contexts.template.adapters.git_repositories import GitRepositories
from skafu.contexts.template.adapters.side_inspector import SideInspector
from skafu.contexts.template.api.routes import routes
from skafu.contexts.template.application.aggregates import AGGREGATES
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.application.projections import PROJECTIONS
from skafu.contexts.template.application.work import work_of
from skafu.contexts.template.domain.events import EVENT_TYPES, TemplateRendered, TemplateUploaded
from skafu.contexts.template.ports import Repositories
from skafu.kernel.events import Event
from skafu.server_bootstrap.site import Site
from skafu.web_api.parts import Part
from skafu.web_api.quotas import Use
from skafu.workspace.worker_pool import WorkerPool

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

STREAMED: Final = tuple(each.event for each in EVENT_TYPES)

USES: Final[dict[type[Event], Use]] = {
    TemplateUploaded: Use("storage", lambda event: event.size),
    TemplateRendered: Use("storage", lambda event: event.size),
}
"""What of the quotas of an organisation is used up by what."""


async def open_part(site: Site) -> Part:
    """The template context, with repositories of the hosts that the settings allow."""
    return template_part(site, GitRepositories(site.settings.template_hosts))


def template_part(site: Site, repositories: Repositories) -> Part:
    """The template context with these repositories, and workers for templates that end with the platform."""
    site.uses |= USES
    workers = site.exits.enter_context(WorkerPool())
    library = Library(site.ledger, SideInspector(workers), ShippedCatalog())
    works = tuple(work_of(library, repositories))
    return Part("template", routes(library, repositories), PROJECTIONS, works, streamed=STREAMED)
