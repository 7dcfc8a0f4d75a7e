"""kill -9 before every step of every process, then a restart: it ends where it would have ended, nothing twice."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from dying_desk import Doing, Lives, Open, sqlite_in, struck
from platform_ground import ACME, HandClock, origin
from postgres_databases import emptied
from process_desk import ID, TYPES, ProcessDesk
from stand_in_outside import World

from skafu.contexts.identity.application.quotas import StoredQuotas
from skafu.contexts.identity.domain.tiers import LIMITS
from skafu.contexts.project.application.revising import Draft, revise
from skafu.kernel.errors import Refused
from skafu.processes import rationing
from skafu.processes.course.commands import CancelProcess, RetryProcess
from skafu.storage import Blobs, PlainCodec, Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage

SHARES = 2
"""The steps are shared out, so that two processes can walk them."""
MEMORY = Path("/dev/shm")  # noqa: S108
"""kill -9 takes nothing from the caches of the kernel: files may stand in memory, where writing them is quick."""


async def provision(desk: ProcessDesk) -> None:
    """The request; whoever sent it sends it again until it is acknowledged."""
    await desk.create()


async def change(desk: ProcessDesk) -> None:
    draft = Draft(ID, "changed", "ann", "why", "written", desk.ground.clock())
    await revise(desk.ground.ledger, desk.workshop, ACME, draft, origin=origin(2), key="change")


async def give_up(desk: ProcessDesk) -> None:
    """Cancel when the repository is there and cannot be configured."""
    desk.world.troubles = {"configuration": [Refused("no")] * 10}
    await desk.create()
    await desk.ground.settle()
    command = CancelProcess(ID, "provisioning", "enough")
    await desk.ground.ledger.commands.send(ACME, command, origin=origin(3), key="give up")


async def given_up(desk: ProcessDesk) -> None:
    await give_up(desk)
    await desk.ground.settle()


async def begin_again(desk: ProcessDesk) -> None:
    command = RetryProcess(ID, "provisioning")
    await desk.ground.ledger.commands.send(ACME, command, origin=origin(4), key="begin again")


class RationedDesk(ProcessDesk):
    """An organisation that may prove once a day."""

    def __init__(self, storage: Storage, blobs: Blobs, world: World, clock: HandClock) -> None:
        super().__init__(storage, blobs, world, clock, StoredQuotas(storage.documents, clock))
        self.tier = "free"


@dataclass(frozen=True)
class Story:
    """What is there before, what is done while death strikes, and how many steps that takes at least.

    Attributes:
        every: how many steps there are from one death to the next; the others are walked by another story.
    """

    doing: Doing
    before: Doing | None
    least: int
    desk: type[ProcessDesk] = ProcessDesk
    every: int = 1


STORIES = {
    "provisioning": Story(provision, None, 250),
    "update": Story(change, provision, 120),
    "update of the next day": Story(change, provision, 140, RationedDesk, every=3),
    "cancelling": Story(give_up, None, 150),
    "beginning again": Story(begin_again, given_up, 80),
}


@pytest.fixture(autouse=True)
def _rations(monkeypatch: pytest.MonkeyPatch) -> None:
    """One proof a day, and a look at what is left twice a day: for the desk that is rationed."""
    monkeypatch.setitem(cast("dict[str, int]", LIMITS["free"]), "proofs", 1)
    monkeypatch.setattr(rationing, "LOOK_SECONDS", 43_200.0)


@pytest.fixture
def folder() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="skafu-lives-", dir=place) as name:
        yield Path(name)


def begun(folder: Path, story: Story, name: str, opened: Open = sqlite_in) -> Lives:
    """A platform on which everything is there that the story begins with."""
    first = folder / "first"
    if not first.exists():
        Lives(first, desk=story.desk).live(story.before or _nothing)
    copied = folder / name
    shutil.copytree(first, copied)
    return Lives(copied, opened, desk=story.desk, after=1)


async def _nothing(_desk: ProcessDesk) -> None:
    """Open the store, and close it."""


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", STORIES)
def test_it_ends_where_it_would_have_ended(folder: Path, name: str, share: int) -> None:
    story = STORIES[name]
    undisturbed = begun(folder, story, "undisturbed").live(story.doing)
    assert undisturbed is not None
    assert undisturbed.steps >= story.least
    walked, every = [], SHARES * story.every
    for step, left in begun(folder, story, "walked").deaths(story.doing, first=share, every=every):
        survived = left.live(story.doing)
        assert survived is not None, step
        assert survived.end == undisturbed.end, step
        walked.append(step)
    assert walked == list(range(share, undisturbed.steps, every))


EVERY = 45
"""Fewer deaths are asked for where each takes more time."""


@pytest.mark.parametrize("name", STORIES)
def test_it_ends_there_when_it_is_really_killed(folder: Path, name: str) -> None:
    @asynccontextmanager
    async def opened(at: Path, clock: HandClock) -> AsyncIterator[Storage]:
        async with sqlite_storage(at / "skafu.db", PlainCodec(TYPES), durability="NORMAL", clock=clock) as storage:
            yield storage

    story = STORIES[name]
    assert struck(lambda called: begun(folder, story, called, opened), story.doing, first=EVERY // 2, every=EVERY) >= 2


def test_it_ends_there_in_postgresql_as_well(folder: Path, postgres_database: str) -> None:
    @asynccontextmanager
    async def opened(_folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
        async with postgres_storage(one_login(postgres_database), PlainCodec(TYPES), clock=clock) as storage:
            yield storage

    def lives(name: str) -> Lives:
        emptied(postgres_database)
        return Lives(folder / name, opened)

    assert struck(lives, provision, first=EVERY, every=2 * EVERY) >= 2
