"""Runs from being asked for to what their project says of them."""

import asyncio

import pytest
from fake_makers import PASSED, EmptyShelf, QuickProver, QuickWorkshop
from platform_ground import ACME, Ground, origin

from skafu.contexts.project.application.aggregates import AGGREGATES
from skafu.contexts.project.application.listing import PROJECTS
from skafu.contexts.project.application.projections import PROJECTIONS
from skafu.contexts.project.application.queries import history_of, project_of, run_of
from skafu.contexts.project.application.revising import Draft, revise
from skafu.contexts.project.application.run_listing import RUNS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.errors import ProjectNotFound
from skafu.contexts.project.domain.events import EVENT_TYPES
from skafu.contexts.project.domain.names import project_id_of
from skafu.kernel.errors import Refused, Unavailable
from skafu.kernel.events import Command, Event
from skafu.scaffold.merging.archive import packed, unpacked
from skafu.storage import BlobId, Collection, PlainCodec
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.blobs import MemoryBlobs

ID = project_id_of(ACME, "shop")


class Desk:
    """A platform with a project named shop."""

    def __init__(self) -> None:
        self.ground = Ground(memory_storage(PlainCodec(EVENT_TYPES)), MemoryBlobs(), AGGREGATES)
        self.workshop, self.prover, self.shelf = QuickWorkshop(), QuickProver(), EmptyShelf()
        kinds = work_kinds(self.ground.ledger, self.workshop, self.prover, self.shelf, pause=_no_pause)
        self.ground.starts(projections=PROJECTIONS, works=kinds)

    async def begin(self, text: str = "one") -> None:
        at = self.ground.clock()
        await self.ground.send(c.CreateProject(ID, "shop", "Shop", "", provision=False, at=at))
        await self.save(text)

    async def save(self, text: str) -> None:
        draft = Draft(ID, text, "ann", "why", "written", self.ground.clock())
        await revise(self.ground.ledger, self.workshop, ACME, draft, origin=origin(), key=f"save {text}")

    async def run(self, command: Command) -> None:
        await self.ground.send(command)
        await self.ground.settle()

    async def names(self, stream: str) -> list[str]:
        return [type(each).__name__ for each in await self.ground.events(stream)]

    async def project(self) -> list[Event]:
        return await self.ground.events(f"project-{ID}")

    async def row(self, collection: Collection, key: str) -> dict[str, object]:
        found = await self.ground.storage.documents.get(ACME, collection, [key])
        return found[key].body


async def _no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
async def desk() -> Desk:
    opened = Desk()
    await opened.begin()
    return opened


async def test_files_are_generated_and_kept_as_one_archive(desk: Desk) -> None:
    await desk.run(c.RequestGeneration(ID, "r-1"))
    assert await desk.names("run-r-1") == ["RunRequested", "RunStarted", "RunFinished"]
    generated = (await desk.project())[-1]
    assert isinstance(generated, e.ProjectGenerated)
    tree = unpacked(await desk.ground.ledger.blobs.get(ACME, BlobId(generated.tree)))
    assert tree["skafu.yaml"].content == b"one"
    assert (generated.files, generated.revision) == (2, 1)


async def test_a_proof_tells_its_steps_and_leaves_files_with_their_record(desk: Desk) -> None:
    await desk.run(c.RequestGeneration(ID, "r-1"))
    await desk.run(c.RequestProof(ID, "r-2"))
    run = (await run_of(desk.ground.ledger, ACME, "r-2")).run
    assert (run.state, run.steps) == ("finished", (PASSED,))
    proven = (await desk.project())[-1]
    assert isinstance(proven, e.ProjectProven)
    delivered = unpacked(await desk.ground.ledger.blobs.get(ACME, BlobId(proven.delivery)))
    assert set(delivered) == {"skafu.yaml", "README.md", "proof.json", "PROOF.md"}


async def test_a_failed_proof_is_told_with_its_checks(desk: Desk) -> None:
    desk.prover.failed = [("tests.unit",)]
    await desk.run(c.RequestGeneration(ID, "r-1"))
    await desk.run(c.RequestProof(ID, "r-2"))
    assert (await project_of(desk.ground.ledger, ACME, ID)).project.standing == "not_proven"
    assert (await desk.row(RUNS, "r-2"))["failed"] == ["tests.unit"]


async def test_what_fails_for_a_while_is_tried_again(desk: Desk) -> None:
    desk.prover.troubles = [Unavailable("no registry"), Unavailable("no registry")]
    await desk.run(c.RequestGeneration(ID, "r-1"))
    await desk.run(c.RequestProof(ID, "r-2"))
    assert (await desk.row(RUNS, "r-2"))["attempt"] == 3
    assert (await project_of(desk.ground.ledger, ACME, ID)).project.standing == "proven"


async def test_what_cannot_be_done_is_given_up_and_the_project_is_free_again(desk: Desk) -> None:
    desk.workshop.troubles = [Refused("not with this template", fix="choose another")]
    await desk.run(c.RequestGeneration(ID, "r-1"))
    failed = (await desk.project())[-1]
    assert failed == e.GenerationFailed(ID, "r-1", 1, "not with this template", "choose another")
    await desk.run(c.RequestGeneration(ID, "r-2"))
    assert (await project_of(desk.ground.ledger, ACME, ID)).project.standing == "unproven"


async def test_another_template_comes_from_the_shelf(desk: Desk) -> None:
    desk.shelf.archives["tiny", "2"] = packed({})
    await desk.run(c.SelectTemplate(ID, "tiny", "2"))
    await desk.run(c.RequestGeneration(ID, "r-1"))
    assert desk.workshop.generated == ["tiny"]
    await desk.run(c.SelectTemplate(ID, "tiny", "3"))
    await desk.run(c.RequestGeneration(ID, "r-2"))
    assert isinstance((await desk.project())[-1], e.GenerationFailed)


async def test_a_proof_is_cancelled_while_it_runs(desk: Desk) -> None:
    desk.prover.hold = asyncio.Event()
    await desk.run(c.RequestGeneration(ID, "r-1"))
    await desk.ground.send(c.RequestProof(ID, "r-2"))
    await desk.ground.follow()
    await desk.ground.runner.look()
    await desk.prover.begun.wait()
    await desk.ground.look_without_waiting()
    assert (await desk.project())[-1] == e.ProofStarted(ID, "r-2", 1)
    await desk.ground.send(c.CancelRun("r-2", ID, "prove", 1, "enough"))
    await desk.ground.settle()
    assert (await desk.names("run-r-2"))[-1] == "RunCancelled"
    assert desk.prover.proven == 0
    assert (await desk.project())[-1] == e.ProjectNotProven(
        ID,
        "r-2",
        1,
        _tree(await desk.project()),
        "",
        "",
        (),
        "the proof did not come to an end: enough",
        cancelled=True,
    )
    desk.prover.hold = None
    await desk.run(c.RequestProof(ID, "r-3"))
    assert (await project_of(desk.ground.ledger, ACME, ID)).project.standing == "proven"


async def test_a_run_that_is_cancelled_before_it_begins_never_begins(desk: Desk) -> None:
    await desk.run(c.CancelRun("r-1", ID, "generate", 1, "never mind"))
    await desk.run(c.RequestGeneration(ID, "r-1"))
    assert desk.workshop.generated == []
    assert (await desk.project())[-1] == e.GenerationFailed(ID, "r-1", 1, "never mind", "", cancelled=True)


async def test_a_deleted_project_leaves_no_run_behind(desk: Desk) -> None:
    await desk.ground.send(c.RequestGeneration(ID, "r-1"))
    await desk.run(c.DeleteProject(ID))
    assert desk.workshop.generated == []
    assert (await desk.names("run-r-1"))[-1] == "RunCancelled"
    with pytest.raises(ProjectNotFound):
        await project_of(desk.ground.ledger, ACME, ID)
    assert await desk.ground.storage.documents.get(ACME, PROJECTS, [ID]) == {}


async def test_the_list_says_the_same_as_the_project(desk: Desk) -> None:
    await desk.run(c.RequestGeneration(ID, "r-1"))
    await desk.run(c.RequestProof(ID, "r-2"))
    await desk.save("two")
    await desk.ground.follow()
    row, view = await desk.row(PROJECTS, ID), await project_of(desk.ground.ledger, ACME, ID)
    assert (row["standing"], row["revision"], row["version"]) == (view.project.standing, 2, view.version)
    await desk.run(c.RequestGeneration(ID, "r-3"))
    assert (await desk.row(PROJECTS, ID))["standing"] == "unproven"


async def test_a_run_follows_from_the_request_and_the_history_says_so(desk: Desk) -> None:
    await desk.run(c.RequestGeneration(ID, "r-1"))
    happenings = await history_of(desk.ground.ledger, ACME, ID, after=0, limit=50)
    generated = happenings[-1]
    assert isinstance(generated.recorded.event, e.ProjectGenerated)
    assert [each.type for each in generated.causes] == ["RunFinished", "GenerationRequested"]
    assert happenings[0].causes == ()
    assert generated.causes[-1].by == "person ann"


def _tree(events: list[Event]) -> str:
    return next(each.tree for each in events if isinstance(each, e.ProjectGenerated))
