"""Skafu's side: everything through the public ports, with a tenant, a key for each command, and decoding."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks.store.rates import FILLED, LOADED, PAGE, TEXT, Rate, Stopwatch
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import START, Event
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import NO_STREAM, PlainCodec, Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage

TENANT = TenantId("bench")
ORIGIN = Origin(Actor("person", "p-1"), UUID(int=1), UUID(int=2))


class Changed(Event, frozen=True):
    """Like the peer's event."""

    project: str
    title: str
    status: str
    priority: int
    estimate: float
    labels: tuple[str, ...]
    comment: str


CHANGED = Changed("p-1", "Add retry policy", "in_review", 3, 5.5, ("backend", "billing"), TEXT)
TYPES = EventTypes(EventType(Changed, "bench.changed"))


@asynccontextmanager
async def store_at(address: str, types: EventTypes = TYPES) -> AsyncIterator[Storage]:
    """The store of a file, or of a database."""
    codec = PlainCodec(types)
    opening = postgres_storage(one_login(address), codec) if "=" in address else sqlite_storage(Path(address), codec)
    async with opening as storage:
        yield storage


async def _write_on(storage: Storage, watch: Stopwatch) -> None:
    stream, version = f"s-{uuid4()}", NO_STREAM
    while watch.running():
        begun = time.perf_counter()
        done = await storage.events.append(
            TENANT, stream, [CHANGED], expected=version, origin=ORIGIN, key=f"{stream}-{version}"
        )
        watch.waits.append(time.perf_counter() - begun)
        version = done.version


def append(address: str, callers: int, ready: Callable[[], None]) -> Rate:
    """Callers that each write one event after the other to streams of their own."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            await storage.events.append(TENANT, f"w-{uuid4()}", [CHANGED], expected=NO_STREAM, origin=ORIGIN)
            ready()
            watch = Stopwatch()
            await asyncio.gather(*(_write_on(storage, watch) for _ in range(callers)))
            return watch.rate()

    return asyncio.run(measure())


def load(address: str) -> Rate:
    """Streams of 100 events, read and folded to the last title."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            for number in range(20):
                events = [CHANGED] * LOADED
                await storage.events.append(TENANT, f"l-{number}", events, expected=NO_STREAM, origin=ORIGIN)
            watch = Stopwatch()
            while watch.running():
                begun = time.perf_counter()
                loaded = await storage.events.read_stream(TENANT, f"l-{len(watch.waits) % 20}")
                assert len(loaded) == LOADED
                watch.waits.append(time.perf_counter() - begun)
            return watch.rate()

    return asyncio.run(measure())


def read_all(address: str) -> Rate:
    """All events, decoded, page by page; the rate is in events."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            for first in range(0, FILLED, PAGE):
                await storage.events.append(TENANT, "all", [CHANGED] * PAGE, expected=first, origin=ORIGIN)
            begun, seen, cursor = time.perf_counter(), 0, START
            while (page := await storage.feed.read(cursor, limit=PAGE)).cursor != cursor:
                seen += len(page.events)
                cursor = page.cursor
            assert seen == FILLED
            return Rate(seen / (time.perf_counter() - begun))

    return asyncio.run(measure())
