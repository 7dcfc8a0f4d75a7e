"""Projects and processes on a small platform, with stand-ins for what is outside."""

import asyncio

from fake_makers import EmptyShelf, QuickProver, QuickWorkshop
from platform_ground import ACME, Ground, HandClock, origin, types_of
from stand_in_outside import ERRANDS, OUTSIDE, World, outside_works
from stand_in_outside import EVENT_TYPES as OUTSIDE_EVENTS

from skafu.contexts.identity.application.projections import usage_projection
from skafu.contexts.project.application.aggregates import AGGREGATES as PROJECTS
from skafu.contexts.project.application.projections import PROJECTIONS as PROJECT_LISTS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.events import EVENT_TYPES as PROJECT_EVENTS
from skafu.contexts.project.domain.names import project_id_of
from skafu.kernel.events import Event
from skafu.kernel.identity import TenantId
from skafu.processes.course.aggregate import AGGREGATES as PROCESSES
from skafu.processes.course.events import EVENT_TYPES as PROCESS_EVENTS
from skafu.processes.course.words import Kind
from skafu.processes.deadlines import deadlines
from skafu.processes.delays import delays
from skafu.processes.listing import PROJECTIONS as PROCESS_LISTS
from skafu.processes.managing import process_managers
from skafu.processes.queries import ProcessView, process_of
from skafu.processes.rationing import rationed, waiting
from skafu.processes.translating.project import PROJECT
from skafu.server_bootstrap.project_part import USES
from skafu.storage import Blobs, Storage
from skafu.web_api.principal import Tier
from skafu.web_api.quotas import NoQuotas, Quotas

TYPES = types_of(PROJECT_EVENTS, PROCESS_EVENTS, OUTSIDE_EVENTS)
ID = project_id_of(ACME, "shop")


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


class ProcessDesk:
    """The platform; everything on it is done by `settle`."""

    def __init__(
        self, storage: Storage, blobs: Blobs, world: World, clock: HandClock, quotas: Quotas | None = None
    ) -> None:
        self.ground = Ground(storage, blobs, (*PROJECTS, *PROCESSES, ERRANDS), clock=clock)
        self.workshop, self.prover = QuickWorkshop(), QuickProver()
        self.world = world
        self.tier: Tier = "enterprise"
        ledger = self.ground.ledger
        self.gate = rationed(ledger, quotas or NoQuotas(), self._tier_of)
        works = (
            *work_kinds(ledger, self.workshop, self.prover, EmptyShelf(), pause=no_pause),
            deadlines(ledger),
            waiting(ledger, self.gate),
            *outside_works(ledger, self.workshop, self.world),
        )
        managers = process_managers(ledger, storage.read_models, (PROJECT, OUTSIDE), self.gate)
        self.ground.starts(
            projections=(*PROJECT_LISTS, *PROCESS_LISTS, usage_projection(USES)),
            works=works,
            reactions=managers,
            hearers=[delays(ledger)],
        )

    async def _tier_of(self, tenant: TenantId) -> Tier:
        assert tenant == ACME
        return self.tier

    @property
    def effects(self) -> list[str]:
        """What is there outside."""
        return self.world.effects

    async def create(self, *, description: str = "People buy things.", provision: bool = True) -> None:
        """The request that begins it all; it may be repeated."""
        ledger = self.ground.ledger
        brief = await ledger.blobs.put(ACME, description.encode())
        command = c.CreateProject(
            ID, "shop", "Shop", description, provision=provision, at=self.ground.clock(), brief=brief
        )
        await ledger.commands.send(ACME, command, origin=origin(), key="create")

    async def process(self, kind: Kind = "provisioning") -> ProcessView:
        return await process_of(self.ground.ledger, ACME, kind, ID)

    async def names(self, stream: str) -> list[str]:
        return [type(each).__name__ for each in await self.ground.events(stream)]

    async def project(self) -> list[Event]:
        return await self.ground.events(f"project-{ID}")
