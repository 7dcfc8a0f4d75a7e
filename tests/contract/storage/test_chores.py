"""What every store does for chores: one process at a time does each."""

import asyncio
from datetime import datetime, timedelta

import pytest
from projected_numbers import worker_of

from skafu.storage import ClaimLost, Storage
from skafu.storage.work import Chore, ChoreRunner


class Done(list[str]):
    """Who has done it, and an event for when that was often."""

    def __init__(self, enough: int = 1) -> None:
        super().__init__()
        self._enough = enough
        self.often = asyncio.Event()

    def add(self, owner: str) -> None:
        self.append(owner)
        if len(self) >= self._enough:
            self.often.set()


def _runner(storage: Storage, owner: str, done: Done, *, broken: bool = False) -> ChoreRunner:
    async def do() -> None:
        done.add(owner)
        if broken:
            raise ValueError(owner)

    return ChoreRunner(storage.checkpoints, [Chore("sample", 60, do)], owner=owner, pause=_pause)


async def _pause(_seconds: float) -> None:
    await asyncio.sleep(0)


async def test_one_process_does_a_chore_until_it_stops(storage: Storage) -> None:
    done = Done()
    first = asyncio.create_task(_runner(storage, "one", done).run())
    await done.often.wait()
    await _runner(storage, "two", done).once()
    assert set(done) == {"one"}
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await _runner(storage, "two", done).once()
    assert done[-1] == "two"


async def test_a_chore_that_fails_is_done_again(storage: Storage) -> None:
    done = Done(3)
    running = asyncio.create_task(_runner(storage, "one", done, broken=True).run())
    await done.often.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_leases_of_chores_are_nothing_that_follows(storage: Storage) -> None:
    await _runner(storage, "one", Done()).once()
    assert await worker_of(storage).status() == []
    assert [each.projection for each in await storage.checkpoints.states()] == ["chore sample"]


async def test_the_lease_of_a_chore_that_takes_long_is_renewed(storage: Storage) -> None:
    begun, enough, done = asyncio.Event(), asyncio.Event(), Done()

    async def long() -> None:
        begun.set()
        await enough.wait()
        done.add("one")

    runner = ChoreRunner(storage.checkpoints, [Chore("sample", 60, long)], owner="one", pause=_pause)
    running = asyncio.create_task(runner.once())
    await begun.wait()
    before = await _until(storage)
    for _ in range(100_000):
        if await _until(storage) > before:
            break
        await asyncio.sleep(0)
    assert await _until(storage) > before
    enough.set()
    await running
    assert done == ["one"]


async def _until(storage: Storage) -> datetime:
    (lease,) = await storage.checkpoints.states()
    return lease.until


async def test_a_chore_whose_lease_is_lost_is_cut_off(storage: Storage) -> None:
    cut_off, begun, lost = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()

    async def pause(_seconds: float) -> None:
        await lost.wait()

    runner = ChoreRunner(storage.checkpoints, [Chore("sample", 60, endless)], owner="one", pause=pause)
    running = asyncio.create_task(runner.once())
    await begun.wait()
    await storage.checkpoints.forget("chore sample")
    assert await storage.checkpoints.claim("chore sample", 0, "two", timedelta(seconds=60))
    lost.set()
    with pytest.raises(ClaimLost):
        await running
    assert cut_off.is_set()


async def test_a_chore_that_is_cancelled_from_within_is_done_again(storage: Storage) -> None:
    done = Done(3)

    async def cancelled() -> None:
        done.add("one")
        raise asyncio.CancelledError

    runner = ChoreRunner(storage.checkpoints, [Chore("sample", 60, cancelled)], owner="one", pause=_pause)
    running = asyncio.create_task(runner.run())
    await asyncio.wait([running, asyncio.create_task(done.often.wait())], return_when=asyncio.FIRST_COMPLETED)
    assert len(done) >= 3
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
