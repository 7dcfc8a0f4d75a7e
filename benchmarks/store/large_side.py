"""One step of the bench of large stores, in a process of its own: `large_side fill|compare|replay ADDRESS ...`."""

import asyncio
import json
import random
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from benchmarks.store.filling import AT_ONCE, BLOCK, fill, place_of
from benchmarks.store.rates import LOADED, PAGE, rate_of
from benchmarks.store.skafu_side import CHANGED, ORIGIN, TENANT, Changed, store_at
from skafu.kernel.events import START
from skafu.kernel.identity import TenantId
from skafu.storage import NO_STREAM, ExpectedVersion, Storage

ROUNDS, APPENDS = 20, 250
Found = dict[str, float]


async def filled(address: str, events: int) -> Found:
    """Fill a store; how many a second."""
    async with store_at(address) as storage:
        begun = time.perf_counter()
        await fill(storage.imports, events)
        return {"a_second": events / (time.perf_counter() - begun)}


async def compared(small: str, large: str, events: int) -> Found:
    """Appends and loads in a small store and in a large one, turn by turn: what disturbs the one disturbs the other."""
    waits: defaultdict[str, list[float]] = defaultdict(list)
    blocks, chance = events // BLOCK, random.Random(1)
    beside = [place_of(blocks // 2 * AT_ONCE + number) for number in range(AT_ONCE)]
    apart = [place_of(chance.randrange(blocks * AT_ONCE)) for _ in range(AT_ONCE)]
    async with store_at(small) as one, store_at(large) as other:
        same = [place_of(number) for number in range(AT_ONCE)]
        stores = (
            ("small", one, {"load": same, "load apart": same}),
            ("large", other, {"load": beside, "load apart": apart}),
        )
        for name, storage, places in stores:
            waits[f"first load {name}"] = await _loads(storage, places["load apart"])
        for _ in range(ROUNDS):
            for name, storage, places in stores:
                waits[f"append {name}"] += await _appends(storage)
                for what, streams in places.items():
                    waits[f"{what} {name}"] += await _loads(storage, streams)
    return {f"{name} p50": statistics.median(each) for name, each in waits.items()} | {
        f"{name} p99": rate_of(each, 1).p99 for name, each in waits.items()
    }


async def _appends(storage: Storage) -> list[float]:
    waits, stream, version = [], f"a-{uuid4()}", NO_STREAM

    async def append(expected: ExpectedVersion) -> int:
        key = f"{stream}-{expected}"
        return (
            await storage.events.append(TENANT, stream, [CHANGED], expected=expected, origin=ORIGIN, key=key)
        ).version

    for _ in range(APPENDS):
        begun = time.perf_counter()
        version = await append(version)
        waits.append(time.perf_counter() - begun)
    return waits


async def _loads(storage: Storage, places: Sequence[tuple[TenantId, str]]) -> list[float]:
    waits = []
    for tenant, stream in places:
        begun = time.perf_counter()
        loaded = await storage.events.read_stream(tenant, stream)
        waits.append(time.perf_counter() - begun)
        assert len(loaded) == LOADED
    return waits


async def replayed(address: str, events: int) -> Found:
    """All events, decoded and folded into a document for each tenant; how much memory the process has had."""
    documents: dict[str, dict[str, float]] = {}
    async with store_at(address) as storage:
        begun, seen, cursor = time.perf_counter(), 0, START
        early = 0
        while (page := await storage.feed.read(cursor, limit=PAGE)).cursor != cursor:
            for recorded in page.events:
                assert isinstance(recorded.event, Changed)
                document = documents.setdefault(recorded.tenant, {"events": 0, "estimate": 0.0})
                document["events"] += 1
                document["estimate"] += recorded.event.estimate
            seen += len(page.events)
            cursor = page.cursor
            early = early if seen > events // 10 else _most_memory()
        assert seen == sum(each["events"] for each in documents.values()) >= events
        seconds = time.perf_counter() - begun
    return {"a_second": seen / seconds, "early": early, "memory": _most_memory()}


def _most_memory() -> int:
    """The most that this process has had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


STEPS: dict[str, Callable[..., Awaitable[Found]]] = {"fill": filled, "compare": compared, "replay": replayed}


async def main() -> Found:
    """Do the step that the arguments say."""
    step, *addresses, events = sys.argv[1:]
    return await STEPS[step](*addresses, int(events))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main())))
