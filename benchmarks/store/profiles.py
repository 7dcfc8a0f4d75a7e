"""Where the time of a read goes: what its parts take when each runs alone, in one process, with nothing else to do."""

import asyncio
import os
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.store.rates import EACH, FILLED, LOADED, PAGE
from benchmarks.store.skafu_follows import FOLDED, ONE_BY_ONE, follow
from benchmarks.store.skafu_side import TENANT, TYPES, fill, store_at
from skafu.kernel.events import START, RecordedEvent
from skafu.kernel.telemetry import Attributes
from skafu.storage.adapters.postgres import rows as postgres_rows
from skafu.storage.adapters.postgres.events import _STREAM as POSTGRES_STREAM
from skafu.storage.adapters.postgres.feed import _PAGE as POSTGRES_PAGE
from skafu.storage.adapters.sqlite import rows as sqlite_rows
from skafu.storage.adapters.sqlite.events import _STREAM as SQLITE_STREAM
from skafu.storage.adapters.sqlite.feed import _PAGE as SQLITE_PAGE
from skafu.storage.projections import Worker
from skafu.storage.tracing import FEED_PAGE, PROJECTION_PAGE

Found = list[tuple[Any, ...]]
ROUNDS = 200


class Timing:
    """A tracer that remembers how long each piece of work took."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def span(self, name: str, _attributes: Attributes, /) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[name].append(time.perf_counter() - begun)


def shares(kind: str, address: str) -> str:
    """A sentence with the parts of a load or of a page, in microseconds an event."""
    if kind == "follow":
        return _followed(address)
    return asyncio.run(_shares(kind, address) if kind in {"load", "read"} else _projected(kind, address))


def _followed(address: str) -> str:
    """The longest of each step on the way from an append to its read model, told by the hooks of the store."""
    timing = Timing()
    rate = follow(address, timing)
    reading, folding = max(timing.seconds[FEED_PAGE]), max(timing.seconds[PROJECTION_PAGE])
    return (
        f"once more, p99 {rate.p99 * 1e3:.1f} ms: the longest read of a page took {reading * 1e3:.1f} ms, the longest"
        f" fold and write {folding * 1e3:.1f} ms, and the load was {os.getloadavg()[0]:.1f}"
    )


async def _projected(kind: str, address: str) -> str:
    """The parts of a projection, told by the hooks of the store."""
    timing = Timing()
    async with store_at(address, tracer=timing) as storage:
        await fill(storage, FILLED // EACH, EACH)
        timing.seconds.clear()
        projection = FOLDED if kind == "fold" else ONE_BY_ONE
        worker = Worker(storage, lambda: datetime.now(UTC), projections=[projection], tracer=timing)
        begun = time.perf_counter()
        await worker.catch_up()
        whole = time.perf_counter() - begun
    reading, folding = sum(timing.seconds[FEED_PAGE]), sum(timing.seconds[PROJECTION_PAGE])
    parts = (("reading", reading), ("folding and writing", folding), ("claims and builds", whole - reading - folding))
    said = ", ".join(f"{seconds / FILLED * 1e6:.2f} {name}" for name, seconds in parts)
    return f"{whole / FILLED * 1e6:.2f} µs an event: {said}"


async def _shares(kind: str, address: str) -> str:
    async with store_at(address) as storage:
        await fill(storage, 20, LOADED if kind == "load" else EACH * 2)
        whole = await _whole(storage.events.read_stream if kind == "load" else storage.feed.read, kind)
    fetch, rows_of = _postgres(kind, address) if "=" in address else _sqlite(kind, address)
    rows = rows_of(fetch())
    many = len(rows)
    driver, made = _best(fetch), _best(lambda: rows_of(fetch()))
    decoded = _best(lambda: list(map(RecordedEvent, TYPES.read_all(rows), rows)))
    rest = max(whole - made - decoded, 0.0)
    parts = (("the engine and its driver", driver), ("rows", max(made - driver, 0.0)), ("decoding", decoded))
    said = ", ".join(f"{seconds / many * 1e6:.2f} {name}" for name, seconds in (*parts, ("the way there", rest)))
    return f"at its best, with a processor to itself, {whole / many * 1e6:.2f} µs an event: {said}"


async def _whole(read: Callable[..., Any], kind: str) -> float:
    arguments = (TENANT, "s-1") if kind == "load" else (START,)
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await read(*arguments)
        best = min(best, time.perf_counter() - begun)
    return best


def _best(action: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - begun)
    return best


def _sqlite(kind: str, address: str) -> tuple[Callable[[], Found], Callable[[Found], list[Any]]]:
    connection = sqlite3.connect(address)
    if kind == "load":
        stream = (TENANT, "s-1", 1, -1)
        return lambda: connection.execute(SQLITE_STREAM, stream).fetchall(), lambda found: sqlite_rows.rows_of_stream(
            TENANT, "s-1", found
        )
    return lambda: connection.execute(SQLITE_PAGE, (0, PAGE)).fetchall(), sqlite_rows.rows_of


def _postgres(kind: str, address: str) -> tuple[Callable[[], Found], Callable[[Found], list[Any]]]:
    connection = psycopg.connect(address, autocommit=True, prepare_threshold=1)
    statement: Any = POSTGRES_STREAM if kind == "load" else POSTGRES_PAGE
    values: tuple[Any, ...] = (TENANT, "s-1", 1, None) if kind == "load" else (0, "0", 0, PAGE)

    def fetch() -> Found:
        cursor = connection.cursor(binary=True)
        return cursor.execute(statement, values).fetchall()

    if kind == "load":
        return fetch, lambda found: postgres_rows.rows_of_stream(TENANT, "s-1", found)
    return fetch, postgres_rows.rows_of


if __name__ == "__main__":
    sys.stdout.write(shares(*sys.argv[1:]))
