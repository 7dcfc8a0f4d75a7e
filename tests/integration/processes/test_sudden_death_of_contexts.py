"""kill -9 before each step of what contexts do by themselves, then a restart."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dying_desk import Doing, Lives, Open, struck
from platform_ground import ACME, origin
from process_desk import ID, ProcessDesk
from walked_contexts import (
    DeploymentDesk,
    Desks,
    Forgetting,
    ShelfDesk,
    ann_comes,
    ann_goes,
    deploy,
    fetch_template,
    make_repository,
    plain,
)
from whole_desk import EndedDesk, whole

from skafu.contexts.project.domain.commands import DeleteProject

MEMORY = Path("/dev/shm")  # noqa: S108
SHARES = 2


@dataclass(frozen=True)
class Story:
    """What is there before, what is done while death strikes, the least number of steps, and how the streams end."""

    opened: Open
    desk: Desks
    before: Doing | None
    doing: Doing
    least: int
    ends: str


async def provision(desk: ProcessDesk) -> None:
    await desk.create()


async def end(desk: ProcessDesk) -> None:
    await desk.ground.ledger.commands.send(ACME, DeleteProject(ID), origin=origin(3), key="end")


FORGETTING = Forgetting()
STORIES = {
    "template validation": Story(plain, ShelfDesk, None, fetch_template, 20, "TemplateValidated"),
    "deployment tracking": Story(plain, DeploymentDesk, make_repository, deploy, 20, "DeploymentCompleted"),
    "collecting": Story(whole, EndedDesk, provision, end, 12, "RepositoryRemoved"),
    "erasure": Story(FORGETTING.opened, FORGETTING.desk, ann_comes, ann_goes, 40, "UserErased"),
}


@pytest.fixture
def folder() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="skafu-lives-", dir=place) as name:
        yield Path(name)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", STORIES)
def test_it_ends_where_it_would_have_ended(folder: Path, name: str, share: int) -> None:
    story = STORIES[name]

    def lives(called: str) -> Lives:
        first = folder / "first"
        if story.before and not first.exists():
            assert Lives(first, story.opened, desk=story.desk).live(story.before)
        if first.exists():
            shutil.copytree(first, folder / called)
        return Lives(folder / called, story.opened, desk=story.desk, after=1)

    whole = lives("whole").live(story.doing)
    assert whole is not None
    assert any(stream[-1] == story.ends for stream in whole.streams.values()), whole.streams
    assert struck(lives, story.doing, first=share, every=SHARES) >= story.least // SHARES
