"""A database that goes down under load and comes back, and one whose disk is full."""

import asyncio
import random
from collections.abc import Iterator

import pytest
from full_disk import no_file_beyond
from own_server import OwnServer, own_server
from projected_numbers import SUMS, sums, worker_of
from storage_samples import ACME, ORIGIN, Opened, codec, counted, numbers_of

from skafu.kernel.errors import Unavailable
from skafu.kernel.events import START
from skafu.storage import ANY, Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage

CALLERS, STREAMS = 8, 5
ONE_SEGMENT = 16 * 2**20
"""The size of a file of PostgreSQL's own log, which has to fit in any case."""

LARGE = random.Random(7).randbytes(700_000).hex()


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


class Load:
    """Callers that append one number after the other, each under its key, until they are told to stop."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._next = 0
        self.stopping = False
        self.written: list[int] = []
        self.failures = 0
        self._news = asyncio.Event()

    async def call(self) -> None:
        while not self.stopping:
            number, self._next = self._next, self._next + 1
            await self._stubborn(number)

    async def _stubborn(self, number: int) -> None:
        while True:
            try:
                await self._storage.events.append(
                    ACME, f"s{number % STREAMS}", counted(number), expected=ANY, origin=ORIGIN, key=f"k{number}"
                )
            except Unavailable:
                self.failures += 1
                await asyncio.sleep(0.02)
            else:
                self.written.append(number)
                self._news.set()
                return

    async def progress(self, many: int) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.written) + many
        while len(self.written) < wanted:
            self._news.clear()
            await self._news.wait()


async def _caught_up(storage: Storage, load: Load) -> None:
    streams = [f"s{number}" for number in range(STREAMS)]
    while True:
        found = await storage.documents.get(ACME, SUMS, streams)
        if sum(int(str(each.body["count"])) for each in found.values()) >= len(load.written):
            return
        await asyncio.sleep(0.02)


async def test_a_server_that_crashes_under_load_loses_and_doubles_nothing(server: OwnServer) -> None:
    async with asyncio.timeout(120), postgres_storage(one_login(server.address), codec()) as storage:
        load, worker = Load(storage), worker_of(storage, sums(), shards=2)
        following = asyncio.create_task(worker.run())
        callers = [asyncio.create_task(load.call()) for _ in range(CALLERS)]
        for _ in range(2):
            await load.progress(200)
            await asyncio.to_thread(server.crash)
            await asyncio.sleep(0.1)
            await asyncio.to_thread(server.start)
        await load.progress(200)
        load.stopping = True
        await asyncio.gather(*callers)
        await _caught_up(storage, load)
        assert load.failures > 0
        assert not following.done()
        following.cancel()
        await asyncio.wait([following])
        await _is_whole(storage, load)


async def _is_whole(storage: Storage, load: Load) -> None:
    """Each number once: in the streams, in the feed in the same order, and in the read model."""
    page = await storage.feed.read(START, limit=100_000)
    assert sorted(numbers_of(page.events)) == sorted(load.written)
    found = await storage.documents.get(ACME, SUMS, [f"s{number}" for number in range(STREAMS)])
    for number in range(STREAMS):
        stream = f"s{number}"
        numbers = numbers_of(await storage.events.read_stream(ACME, stream))
        assert numbers == numbers_of([each for each in page.events if each.stream == stream])
        assert found[stream].body == {"total": sum(numbers), "count": len(numbers)}


async def test_a_full_disk_refuses_and_harms_nothing(server: OwnServer) -> None:
    written = 0

    async def fill(storage: Storage) -> None:
        nonlocal written
        while written < 100:
            await storage.events.append(ACME, "full", [Opened(LARGE)], expected=written, origin=ORIGIN)
            written += 1

    await asyncio.to_thread(server.crash)
    with no_file_beyond(ONE_SEGMENT):
        await asyncio.to_thread(server.start)
    async with postgres_storage(one_login(server.address), codec()) as storage:
        with pytest.raises(Unavailable, match="could not extend file"):
            await fill(storage)
        assert written > 1
        assert len(await storage.events.read_stream(ACME, "full")) == written
        await storage.events.append(ACME, "small", counted(1), expected=0, origin=ORIGIN)
        await asyncio.to_thread(server.crash)
    await asyncio.to_thread(server.start)
    async with postgres_storage(one_login(server.address), codec()) as storage:
        await storage.events.append(ACME, "full", [Opened(LARGE)], expected=written, origin=ORIGIN)
        versions = [each.version for each in await storage.events.read_stream(ACME, "full")]
        assert versions == list(range(1, written + 2))
        assert numbers_of(await storage.events.read_stream(ACME, "small")) == [1]
