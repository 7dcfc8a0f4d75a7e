"""The part of projects with quick stand-ins for what generates and proves."""

from dataclasses import dataclass, field

from fake_makers import EmptyShelf, QuickProver, QuickWorkshop

from skafu.contexts.project.api.routes import routes
from skafu.contexts.project.application.aggregates import AGGREGATES
from skafu.contexts.project.application.projections import PROJECTIONS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain.events import EVENT_TYPES
from skafu.contexts.project.ports import TemplateShelf, Workshop
from skafu.kernel.event_types import EventTypes
from skafu.server_bootstrap.project_part import STREAMED
from skafu.server_bootstrap.site import Site
from skafu.storage.dispatching import Aggregate
from skafu.web_api.parts import Part


@dataclass
class QuickProjects:
    """A maker of the part, and its stand-ins."""

    workshop: Workshop = field(default_factory=QuickWorkshop)
    prover: QuickProver = field(default_factory=QuickProver)
    shelf: TemplateShelf = field(default_factory=EmptyShelf)

    @property
    def EVENT_TYPES(self) -> EventTypes:  # noqa: N802 as parts are made
        return EVENT_TYPES

    @property
    def AGGREGATES(self) -> tuple[Aggregate, ...]:  # noqa: N802 as parts are made
        return AGGREGATES

    async def open_part(self, site: Site, /) -> Part:
        site.workshop = self.workshop
        kinds = work_kinds(site.ledger, self.workshop, self.prover, self.shelf)
        return Part("project", routes(site.ledger, self.workshop, self.prover), PROJECTIONS, kinds, streamed=STREAMED)
