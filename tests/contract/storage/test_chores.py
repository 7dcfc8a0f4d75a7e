"""What every store does for chores: one process at a time does each."""

import asyncio

import pytest
from projected_numbers import worker_of

from skafu.storage import Storage
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

    async def pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    return ChoreRunner(storage.checkpoints, [Chore("sample", 60, do)], owner=owner, pause=pause)


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
