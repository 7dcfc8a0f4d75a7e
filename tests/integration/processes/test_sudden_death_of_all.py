"""kill -9 with the real contexts, agents and hosts at their ports being quick: every so many steps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dying_desk import Lives
from platform_ground import HandClock
from process_desk import ProcessDesk
from whole_desk import WHOLE_TYPES, WholeDesk

from skafu.storage import PlainCodec, Storage
from skafu.storage.adapters.sqlite import sqlite_storage

EVERY = 40
SHARES = 4
LEAST = 250


@asynccontextmanager
async def whole(folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
    async with sqlite_storage(
        folder / "skafu.db", PlainCodec(WHOLE_TYPES), durability="NORMAL", clock=clock
    ) as storage:
        yield storage


async def provision(desk: ProcessDesk) -> None:
    await desk.create()


@pytest.mark.parametrize("share", range(SHARES))
def test_it_ends_where_it_would_have_ended(tmp_path: Path, share: int) -> None:
    undisturbed = Lives(tmp_path / "undisturbed", whole, desk=WholeDesk).live(provision)
    assert undisturbed is not None
    for step in range(share * EVERY // SHARES, undisturbed.steps, EVERY):
        lives = Lives(tmp_path / f"died-{step}", whole, desk=WholeDesk)
        lives.die(provision, step, least=LEAST)
        survived = lives.live(provision)
        assert survived is not None, step
        assert (survived.streams, survived.effects) == (undisturbed.streams, undisturbed.effects), step
