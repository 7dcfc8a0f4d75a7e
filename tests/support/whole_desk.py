"""Projects and processes with the real contexts of analyses, templates and repositories; quick agents, local git."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fake_makers import EmptyShelf, QuickProver, QuickWorkshop
from platform_ground import Ground, HandClock, types_of
from process_desk import ProcessDesk, no_pause
from stand_in_outside import World

from skafu.contexts.ai.adapters.kept_answers import KeptAnswers
from skafu.contexts.ai.adapters.memory import LocalReviewer, MemoryAgent
from skafu.contexts.ai.application.aggregates import AGGREGATES as ANALYSES
from skafu.contexts.ai.application.asking import Desk
from skafu.contexts.ai.application.work import Analyst, analysing
from skafu.contexts.ai.domain.events import EVENT_TYPES as AI_EVENTS
from skafu.contexts.github.adapters.local_git.host import local_host
from skafu.contexts.github.adapters.local_git.place import LocalPlace
from skafu.contexts.github.adapters.zipped_trees import ZippedTrees
from skafu.contexts.github.application.aggregates import AGGREGATES as REPOSITORIES
from skafu.contexts.github.application.projections import PROJECTIONS as REPOSITORY_LISTS
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.application.work import works as repository_works
from skafu.contexts.github.domain.events import EVENT_TYPES as GITHUB_EVENTS
from skafu.contexts.project.application.aggregates import AGGREGATES as PROJECTS
from skafu.contexts.project.application.projections import PROJECTIONS as PROJECT_LISTS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain.events import EVENT_TYPES as PROJECT_EVENTS
from skafu.contexts.template.application.aggregates import AGGREGATES as TEMPLATES
from skafu.contexts.template.domain.events import EVENT_TYPES as TEMPLATE_EVENTS
from skafu.processes.adopting import adopting
from skafu.processes.collecting import collecting
from skafu.processes.contents import CONTENTS_NAMED
from skafu.processes.course.aggregate import AGGREGATES as PROCESSES
from skafu.processes.course.events import EVENT_TYPES as PROCESS_EVENTS
from skafu.processes.deadlines import deadlines
from skafu.processes.delays import delays
from skafu.processes.listing import PROJECTIONS as PROCESS_LISTS
from skafu.processes.managing import process_managers
from skafu.processes.renewals import renewals
from skafu.processes.telling import tellers
from skafu.processes.translating.ai import AI
from skafu.processes.translating.github import GITHUB
from skafu.processes.translating.project import PROJECT
from skafu.processes.translating.template import TEMPLATE
from skafu.storage import Blobs, PlainCodec, Storage
from skafu.storage.adapters.sqlite import sqlite_storage

WHOLE_TYPES = types_of(PROJECT_EVENTS, PROCESS_EVENTS, AI_EVENTS, TEMPLATE_EVENTS, GITHUB_EVENTS)
GRACE = timedelta(days=7)
PLANNED = (Path(__file__).parents[2] / "examples" / "todo" / "skafu.yaml").read_text()


@asynccontextmanager
async def whole(folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
    async with sqlite_storage(
        folder / "skafu.db", PlainCodec(WHOLE_TYPES), durability="NORMAL", clock=clock
    ) as storage:
        yield storage


class WholeDesk(ProcessDesk):
    """The platform; everything on it is done by `settle`."""

    def __init__(self, storage: Storage, blobs: Blobs, world: World, clock: HandClock) -> None:
        aggregates = (*PROJECTS, *PROCESSES, *ANALYSES, *TEMPLATES, *REPOSITORIES)
        self.ground = Ground(storage, blobs, aggregates, clock=clock)
        self.workshop, self.prover, self.world = QuickWorkshop(), QuickProver(), world
        ledger = self.ground.ledger
        self.place = world.folder / "repositories"
        reach = Reach(ledger, {"local": local_host(LocalPlace(self.place, clock))})
        agent = MemoryAgent(PLANNED, name="rules")
        desk = Desk(ledger.commands, KeptAnswers(ledger.documents, blobs))
        works = (
            *work_kinds(ledger, self.workshop, self.prover, EmptyShelf(), pause=no_pause),
            deadlines(ledger),
            adopting(ledger, self.workshop),
            collecting(ledger, GRACE),
            analysing(Analyst(ledger, {agent.name: agent}, LocalReviewer(), desk)),
            *repository_works(reach, ZippedTrees(blobs)),
        )
        reactions = (
            *process_managers(ledger, storage.read_models, (PROJECT, AI, TEMPLATE, GITHUB)),
            *tellers(ledger, storage.read_models),
            renewals(ledger, storage.read_models),
        )
        lists = (*PROJECT_LISTS, *PROCESS_LISTS, *REPOSITORY_LISTS, CONTENTS_NAMED)
        self.ground.starts(projections=lists, works=works, reactions=reactions, hearers=[delays(ledger)])

    @property
    def effects(self) -> list[str]:
        """The branches of each repository with their commits, which hold the moment and so are left out."""
        heads = sorted(self.place.rglob("refs/heads/*"))
        return [str(each.relative_to(self.place)) for each in heads]


class EndedDesk(WholeDesk):
    """The same, where projects end: the contents that are left count too."""

    @property
    def effects(self) -> list[str]:
        contents = (self.world.folder.parent / "blobs").rglob("*")
        return [*super().effects, *sorted(each.name for each in contents if each.is_file())]
