"""What deleted projects leave behind is collected after a while: never what somebody else names."""

from pathlib import Path

import pytest
from fake_makers import QuickWorkshop
from platform_ground import ACME, HandClock, origin
from process_desk import ID
from stand_in_outside import World
from whole_desk import GRACE, WHOLE_TYPES, WholeDesk

from skafu.contexts.project.application.queries import project_of
from skafu.contexts.project.application.revising import Draft, revise
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.names import project_id_of
from skafu.storage import BlobId, PlainCodec, blob_id
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.blobs import MemoryBlobs

OTHER_ID = project_id_of(ACME, "other")
BRIEF = blob_id(b"People buy things.")


@pytest.fixture
def desk(tmp_path: Path) -> WholeDesk:
    clock = HandClock()
    storage = memory_storage(PlainCodec(WHOLE_TYPES), clock=clock)
    return WholeDesk(storage, MemoryBlobs(clock), World(tmp_path / "world"), clock)


async def begin(desk: WholeDesk, name: str, *, key: str) -> None:
    """A project with the same words as the other one."""
    brief = await desk.ground.ledger.blobs.put(ACME, b"People buy things.")
    created = c.CreateProject(
        project_id_of(ACME, name), name, name, "", provision=False, at=desk.ground.clock(), brief=brief
    )
    await desk.ground.ledger.commands.send(ACME, created, origin=origin(), key=key)


async def provisioned(desk: WholeDesk) -> tuple[str, ...]:
    """The contents of a project that was brought to a repository, and of nothing else."""
    await desk.create()
    await desk.ground.settle()
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.verdict is not None
    tree, verdict = project.generation_of().tree, project.verdict
    return project.revisions[0].blob, tree, verdict.record, verdict.report, verdict.delivery


async def there(desk: WholeDesk, *blobs: str) -> list[bool]:
    return [await desk.ground.ledger.blobs.has(ACME, BlobId(each)) for each in blobs]


async def delete(desk: WholeDesk, project_id: str, number: int) -> None:
    await desk.ground.send(c.DeleteProject(project_id), number=number)


async def test_contents_and_repository_of_a_deleted_project_go_after_the_grace(desk: WholeDesk) -> None:
    own = await provisioned(desk)
    assert len(list(desk.place.rglob("HEAD"))) == 1
    await delete(desk, ID, 2)
    await desk.ground.look()
    desk.ground.clock.pass_by(GRACE.total_seconds() - 1)
    await desk.ground.look()
    assert await there(desk, BRIEF, *own) == [True] * 6
    assert len(list(desk.place.rglob("HEAD"))) == 1
    await desk.ground.settle()
    assert await there(desk, BRIEF, *own) == [False] * 6
    assert list(desk.place.rglob("HEAD")) == []


async def test_what_another_project_names_stays_as_long_as_that_one(desk: WholeDesk) -> None:
    own = await provisioned(desk)
    await begin(desk, "other", key="other")
    await delete(desk, ID, 2)
    await desk.ground.settle()
    assert await there(desk, BRIEF, *own) == [True] + [False] * 5
    await delete(desk, OTHER_ID, 3)
    await desk.ground.settle()
    assert await there(desk, BRIEF) == [False]


async def test_what_both_named_goes_when_the_second_grace_is_over(desk: WholeDesk) -> None:
    await provisioned(desk)
    await begin(desk, "other", key="other")
    await delete(desk, ID, 2)
    await desk.ground.look()
    desk.ground.clock.pass_by(GRACE.total_seconds() / 2)
    await delete(desk, OTHER_ID, 3)
    await desk.ground.look()
    desk.ground.clock.pass_by(GRACE.total_seconds() / 2)
    await desk.ground.look()
    assert await there(desk, BRIEF) == [True]
    await desk.ground.settle()
    assert await there(desk, BRIEF) == [False]


async def test_what_was_kept_again_meanwhile_stays(desk: WholeDesk) -> None:
    await provisioned(desk)
    await delete(desk, ID, 2)
    await desk.ground.look()
    desk.ground.clock.pass_by(GRACE.total_seconds() / 2)
    await desk.ground.ledger.blobs.put(ACME, b"People buy things.")
    await desk.ground.settle()
    assert await there(desk, BRIEF) == [True]


async def test_a_project_of_the_same_name_keeps_what_the_one_before_it_had(desk: WholeDesk) -> None:
    own = await provisioned(desk)
    await delete(desk, ID, 2)
    await desk.ground.look()
    await begin(desk, "shop", key="again")
    draft = Draft(ID, "another", "ann", "why", "written", desk.ground.clock())
    await revise(desk.ground.ledger, QuickWorkshop(), ACME, draft, origin=origin(9), key="draft")
    await desk.ground.settle()
    assert await there(desk, *own) == [True] * 5
