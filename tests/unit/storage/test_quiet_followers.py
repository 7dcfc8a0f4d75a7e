"""What is of no concern to a follower costs it nothing but a note from time to time."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec
from projected_numbers import sums
from storage_samples import ACME, ORIGIN, Opened, codec, counted

from skafu.kernel.events import Cursor
from skafu.storage import ANY, Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.system import now
from skafu.storage.checkpoints import Change, Claim, ReadModels
from skafu.storage.feed import ALL
from skafu.storage.projections import Follower, ParkingLot, Patience
from skafu.storage.projections.worker import ProjectionBuild

QUIET = Patience(lease=timedelta(seconds=30), noted=0.2, gather=0.0)


class Counting:
    """Read models that remember when they were written."""

    def __init__(self, inner: ReadModels) -> None:
        self._inner = inner
        self.load, self.swap, self.drop = inner.load, inner.swap, inner.drop
        self.saved: list[int] = []

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        self.saved.append(len(changes))
        return await self._inner.save(claim, cursor, changes)


async def _followed(storage: Storage, models: Counting) -> "asyncio.Task[None]":
    storage = msgspec.structs.replace(storage, read_models=models)
    handler = ProjectionBuild(sums(), 1, storage)
    follower = Follower(handler, ALL, storage, ParkingLot(storage.documents, now), patience=QUIET)
    claim = await follower.claim("one")
    assert claim is not None
    return asyncio.create_task(follower.follow(claim))


async def _at_the_tip(storage: Storage) -> None:
    async with asyncio.timeout(10):
        while [each.cursor for each in await storage.checkpoints.states()] != [await storage.feed.tip()]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_pages_without_a_change_are_put_on_record_together() -> None:
    storage = memory_storage(codec())
    models = Counting(storage.read_models)
    following = await _followed(storage, models)
    for number in range(20):
        await storage.events.append(ACME, f"s-{number}", [Opened("a")], expected=ANY, origin=ORIGIN)
        await asyncio.sleep(0)
    await _at_the_tip(storage)
    assert len(models.saved) <= 2
    await storage.events.append(ACME, "s-1", counted(3), expected=ANY, origin=ORIGIN)
    await _at_the_tip(storage)
    assert models.saved[-1] == 1
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def _pauses(events: int, page: int) -> list[float]:
    """What a follower waits for beside its other doings, with so many events before it."""
    storage, waited = memory_storage(codec()), list[float]()
    patience = Patience(page=page, noted=3_600, look_again=3_600, gather=0.001, gather_many=0.002, many=5)

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(seconds)

    await storage.events.append(ACME, "s-1", counted(*range(events)), expected=ANY, origin=ORIGIN)
    handler = ProjectionBuild(sums(), 1, storage)
    follower = Follower(handler, ALL, storage, ParkingLot(storage.documents, now), patience=patience, pause=pause)
    claim = await follower.claim("one")
    assert claim is not None
    following = asyncio.create_task(follower.follow(claim))
    await _at_the_tip(storage)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    return [each for each in waited if each < 1]


async def test_the_thicker_events_come_the_more_of_them_are_let_gather() -> None:
    assert await _pauses(1, page=500) == [0.001]
    assert await _pauses(4, page=500) == [0.001]
    assert await _pauses(5, page=500) == [0.002]


async def test_who_is_behind_does_not_wait() -> None:
    assert await _pauses(20, page=10) == []
