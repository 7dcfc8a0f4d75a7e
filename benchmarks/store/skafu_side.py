"""Skafu's side: through the public ports, with tenant, origin and key of each command, decoding, and a tracer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks.store.rates import EACH, FILLED, LOADED, PAGE, TEXT, Rate, Stopwatch
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import START, Event, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.kernel.telemetry import Attributes, Tracer
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


class Counting:
    """A tracer that is on, and does as little as one can."""

    spans = 0

    def span(self, _name: str, _attributes: Attributes, /) -> "Counting":
        self.spans += 1
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


TRACER = Counting()


@asynccontextmanager
async def store_at(address: str, types: EventTypes = TYPES, *, tracer: Tracer = TRACER) -> AsyncIterator[Storage]:
    """The store of a file, or of a database."""
    codec = PlainCodec(types)
    async with (
        postgres_storage(one_login(address), codec, tracer=tracer)
        if "=" in address
        else sqlite_storage(Path(address), codec, tracer=tracer)
    ) as storage:
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
    """Streams of 100 events, each from a command of its own, read and folded to the last title."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            await fill(storage, 20, LOADED)
            watch = Stopwatch()
            while watch.running():
                begun = time.perf_counter()
                loaded = await storage.events.read_stream(TENANT, f"s-{len(watch.waits) % 20}")
                assert (title_of(loaded), len(loaded)) == (CHANGED.title, LOADED)
                watch.waits.append(time.perf_counter() - begun)
            return watch.rate()

    return asyncio.run(measure())


def read_all(address: str) -> Rate:
    """All events, decoded, page by page, again and again; the rate is in events."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            await fill(storage, FILLED // EACH, EACH)
            watch, seen = Stopwatch(), 0
            while watch.running():
                cursor = START
                while (page := await storage.feed.read(cursor, limit=PAGE)).cursor != cursor:
                    seen += len(page.events)
                    cursor = page.cursor
                assert seen % FILLED == 0
            return watch.of(seen)

    return asyncio.run(measure())


async def fill(storage: Storage, streams: int, events: int) -> None:
    """Streams `s-0` and on, whose events come from a command each."""
    for version in range(events):
        await asyncio.gather(
            *(
                storage.events.append(TENANT, f"s-{number}", [CHANGED], expected=version, origin=_another())
                for number in range(streams)
            )
        )


def _another() -> Origin:
    return Origin(ORIGIN.actor, uuid4(), uuid4())


def title_of(recorded: list[RecordedEvent[Event]]) -> str:
    """The fold of an aggregate, as little as the peer's."""
    title = ""
    for each in recorded:
        if isinstance(each.event, Changed):
            title = each.event.title
    return title
