"""A process that appends and projects dies like kill -9 between its calls; the next one finds nothing lost or doubled.

The bench of faults does the same before every call to the system, some thousand times.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from postgres_databases import fresh_database
from projected_numbers import sums, totals, worker_of
from storage_samples import ACME, ORIGIN, counted, numbers_of
from sudden_death import dies_before_call
from writing_process import store_at

from skafu.kernel.events import START
from skafu.storage import ANY, Storage
from skafu.storage.projections import Recorded

DRIVERS = ("/skafu/storage/adapters/", "/psycopg/", "/psycopg_pool/")
PLACES = 8


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
    else:
        with fresh_database(request.getfixturevalue("postgres_server")) as address:
            yield address


async def _write(storage: Storage, run: int) -> None:
    """Two events each to three streams at once, under keys."""
    await asyncio.gather(
        *(
            storage.events.append(
                ACME, stream, counted(10 * run, 10 * run + 1), expected=ANY, origin=ORIGIN, key=f"{stream}-{run}"
            )
            for stream in ("a", "b", "c")
        )
    )


async def _work(address: str, run: int) -> None:
    async with store_at(address) as storage:
        await _write(storage, run)
        await worker_of(storage, sums()).catch_up()


def _worked(address: str, run: int) -> None:
    asyncio.run(_work(address, run))


def _calls(address: str) -> int:
    """How many calls the work takes, found by halving."""
    low, high = 0, 1
    work = partial(_worked, address, 0)
    while dies_before_call(high, work, within=DRIVERS):
        low, high = high, high * 2
    while high - low > high // PLACES:
        middle = (low + high) // 2
        if dies_before_call(middle, work, within=DRIVERS):
            low = middle
        else:
            high = middle
    return high


def test_whoever_comes_next_finds_all_and_nothing_twice(address: str) -> None:
    _worked(address, 0)
    calls = _calls(address)
    assert calls > 100
    for run in range(1, PLACES):
        work = partial(_worked, address, run)
        assert dies_before_call(calls * run // PLACES, work, within=DRIVERS)
    asyncio.run(_whole(address))


async def _followed(storage: Storage) -> list[Recorded]:
    """All events by the feed, once what the dead had begun is over."""
    seen: list[Recorded] = []
    cursor = START
    while (await storage.feed.lag(cursor)).events:
        page = await storage.feed.read(cursor)
        seen += page.events
        cursor = page.cursor
    return seen


async def _whole(address: str) -> None:
    async with store_at(address) as storage:
        for run in range(PLACES):
            await _write(storage, run)
        seen = await _followed(storage)
        for stream in ("a", "b", "c"):
            numbers = numbers_of(await storage.events.read_stream(ACME, stream))
            assert sorted(numbers) == sorted(number for run in range(PLACES) for number in (10 * run, 10 * run + 1))
            assert numbers == numbers_of([each for each in seen if each.stream == stream])
        await worker_of(storage, sums()).catch_up()
        for stream in ("a", "b", "c"):
            numbers = numbers_of(await storage.events.read_stream(ACME, stream))
            assert await totals(storage, stream) == [sum(numbers)]
