"""The part of processes, with a stand-in for the contexts of analyses and repositories."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quick_project_part import QuickProjects
from stand_in_outside import ERRANDS, OUTSIDE, World, outside_works
from stand_in_outside import EVENT_TYPES as OUTSIDE_EVENTS

from skafu.kernel.event_types import EventTypes
from skafu.processes.api.routes import routes
from skafu.processes.course.aggregate import AGGREGATES
from skafu.processes.course.events import EVENT_TYPES, PROCESS_EVENTS
from skafu.processes.deadlines import deadlines
from skafu.processes.listing import PROJECTIONS
from skafu.processes.managing import process_managers
from skafu.processes.translating.project import PROJECT
from skafu.processes.troubles import troubles
from skafu.server_bootstrap.site import Site
from skafu.storage.dispatching import Aggregate
from skafu.web_api.parts import Part

if TYPE_CHECKING:
    from skafu.storage.projections import Handler


@dataclass
class QuickProcesses:
    """A maker of the part."""

    projects: QuickProjects
    world: World

    @property
    def EVENT_TYPES(self) -> EventTypes:  # noqa: N802 as parts are made
        return EVENT_TYPES | OUTSIDE_EVENTS

    @property
    def AGGREGATES(self) -> tuple[Aggregate, ...]:  # noqa: N802 as parts are made
        return (*AGGREGATES, ERRANDS)

    async def open_part(self, site: Site, /) -> Part:
        ledger = site.ledger
        works = (deadlines(ledger), *outside_works(ledger, self.projects.workshop, self.world))
        managers = process_managers(ledger, site.storage.read_models, (PROJECT, OUTSIDE))
        reactions: tuple[Handler, ...] = (*managers, troubles(site.errors))
        return Part("processes", routes(ledger), PROJECTIONS, works, reactions, streamed=PROCESS_EVENTS)


def quick_processes(folder: Path) -> QuickProcesses:
    return QuickProcesses(QuickProjects(), World(folder))
