"""kill -9 with the real contexts, agents and hosts at their ports being quick: every so many steps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dying_desk import Lives, struck
from platform_ground import HandClock
from process_desk import ProcessDesk
from whole_desk import WHOLE_TYPES, WholeDesk

from skafu.storage import PlainCodec, Storage
from skafu.storage.adapters.sqlite import sqlite_storage

EVERY = 40
SHARES = 2
LEAST = 6
"""Deaths of each share."""


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
    def lives(name: str) -> Lives:
        return Lives(tmp_path / name, whole, desk=WholeDesk)

    assert struck(lives, provision, first=share * EVERY // SHARES, every=EVERY) >= LEAST
