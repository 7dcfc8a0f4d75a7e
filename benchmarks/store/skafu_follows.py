"""Skafu's read models: caught up with at once, and kept up with live."""

import asyncio
import time
from collections.abc import Collection as SizedSet
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from benchmarks.store.rates import EACH, FILLED, GAP, PACED, Rate, Stopwatch, rate_of
from benchmarks.store.skafu_side import CHANGED, ORIGIN, TENANT, TRACER, Changed, fill, store_at
from skafu.kernel.events import Cursor
from skafu.kernel.telemetry import Tracer
from skafu.storage import ANY, Body, Change, Claim, Collection, Document, DocumentKey, Storage
from skafu.storage.checkpoints import ReadModels
from skafu.storage.projections import Projection, Recorded, Worker


def _counted(before: Body | None, event: Recorded) -> Body:
    """How many changes, and what the last one says."""
    change = event.event
    assert isinstance(change, Changed)
    count = before["count"] if before else 0
    assert isinstance(count, int)
    return {"count": count + 1, "status": change.status}


def _by_project(event: Recorded) -> Iterable[str]:
    return (event.event.project,) if isinstance(event.event, Changed) else ()


def _by_event(event: Recorded) -> Iterable[str]:
    return (f"{event.stream}-{event.version}",)


FOLDED = Projection("projects", Collection("projects"), _by_project, _counted)
ONE_BY_ONE = Projection("changes", Collection("changes"), _by_event, _counted)


def _worker(storage: Storage, projection: Projection, tracer: Tracer = TRACER) -> Worker:
    return Worker(storage, lambda: datetime.now(UTC), projections=[projection], tracer=tracer)


def catch_up(address: str, projection: Projection) -> Rate:
    """A projection of what was there before it; the rate is in events."""

    async def measure() -> Rate:
        async with store_at(address) as storage:
            await fill(storage, FILLED // EACH, EACH)
            watch = Stopwatch()
            await _worker(storage, projection).catch_up()
            return watch.of(FILLED)

    return asyncio.run(measure())


class Watched:
    """Read models that note when a place was reached."""

    def __init__(self, inner: ReadModels) -> None:
        self._inner = inner
        self.reached: dict[Cursor, float] = {}

    async def load(self, keys: SizedSet[DocumentKey]) -> Mapping[DocumentKey, Document]:
        return await self._inner.load(keys)

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        saved = await self._inner.save(claim, cursor, changes)
        self.reached[cursor] = time.perf_counter()
        return saved

    async def swap(self, name: str, physical: str) -> str:
        return await self._inner.swap(name, physical)

    async def drop(self, physical: str) -> int:
        return await self._inner.drop(physical)


def follow(address: str, tracer: Tracer = TRACER) -> Rate:
    """From the return of an append to its read model, one at a time."""

    async def measure() -> Rate:
        async with store_at(address, tracer=tracer) as opened:
            watched = Watched(opened.read_models)
            storage = msgspec.structs.replace(opened, read_models=watched)
            following = asyncio.create_task(_worker(storage, FOLDED, tracer).run())
            returned: dict[Cursor, float] = {}
            begun = time.perf_counter()
            for _ in range(PACED):
                done = await storage.events.append(TENANT, "paced", [CHANGED], expected=ANY, origin=ORIGIN)
                returned[done.position] = time.perf_counter()
                await asyncio.sleep(GAP)
            await asyncio.sleep(1)
            following.cancel()
            await asyncio.wait([following])
            return rate_of(_waits(returned, watched.reached), time.perf_counter() - begun)

    return asyncio.run(measure())


def _waits(returned: dict[Cursor, float], reached: dict[Cursor, float]) -> list[float]:
    """How long each place was waited for, without the first tenth, in which the worker starts.

    A page can hold several events: those before its end were reached with it.
    """
    waits: list[float] = []
    passed = float("inf")
    for place, moment in reversed(returned.items()):
        passed = reached.get(place, passed)
        waits.append(max(passed - moment, 0.0))
    return waits[: -(PACED // 10)]
