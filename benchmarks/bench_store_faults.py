"""`kill -9` of writers and projectors before each of their steps, and databases that go down under load: what is lost?

A step is a call through which others can see something of a process: a write, a message, a flush, a file that goes. A
library that is preloaded into the victims kills them right before it. `BENCH_DEATHS` is the number of deaths,
`BENCH_RESTARTS` that of restarts.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path

from benchmarks.figures import Figure, write_section
from benchmarks.store.killing import Killing, graveyard
from benchmarks.store.places import crash, disk, files, server
from benchmarks.store.restarting import Load, beaten, wish_of
from benchmarks.store.skafu_side import store_at
from benchmarks.store.survivor import Survivor
from benchmarks.store.trails import TYPES

DEATHS = int(os.environ.get("BENCH_DEATHS", "3000"))
SHARES = {"SQLite": 2 / 3, "PostgreSQL": 1 / 3}
"""Of the deaths: a run takes twice as long where a server has to let everybody in."""

RESTARTS = int(os.environ.get("BENCH_RESTARTS", "10"))


NOTE = (
    "Victims are killed right before a write, message, flush or file that goes, each of these steps in turn, a writer "
    "and a projector at the same time. Under load, 8 callers repeat what was not acknowledged, and a projector comes "
    "to the end by itself. Then everything is repeated under the same keys, and streams, feed and read model are held "
    "against what was wished."
)
BLOWS: dict[str, tuple[str, Callable[[Load, Path], None]]] = {
    "SQLite": ("the process of callers and projector is killed and started again", lambda load, _: load.kill()),
    "PostgreSQL": ("the server stops at once and starts again", lambda _, folder: crash(folder)),
}
"""What goes down under load, and how."""


async def killed(context: ForkServerContext, engine: str, address: str, deaths: int) -> list[Figure]:
    """Kill so many in a store."""
    begun = time.perf_counter()
    async with store_at(address, TYPES) as storage:
        survivor = Survivor(storage)
        killing = Killing(context, address, survivor)
        killing.learn()
        writers, projectors = killing.writers, killing.projectors
        run = 0
        while writers.many + projectors.many < deaths:
            await killing.run(run)
            run += 1
    seconds = time.perf_counter() - begun
    died = " and ".join(
        f"{grave.many:,} {name} before each of {len(grave.places)} steps"
        for name, grave in (("writers", writers), ("projectors", projectors))
    )
    return [
        Figure(f"{engine}: kill -9 of {died}", survivor.faults.text(), "all 0", survivor.faults.none),
        Figure(f"{engine}: events that were compared", f"{survivor.events:,} in {run:,} runs, {seconds:.0f} s"),
    ]


async def restarted(what: str, load: Load, address: str, blow: Callable[[], None]) -> list[Figure]:
    """Hit a load that has begun, and look at what is left."""
    await asyncio.to_thread(beaten, load, blow, RESTARTS)
    async with store_at(address, TYPES) as storage:
        survivor = Survivor(storage)
        wishes = {number: wish_of(number) for number in sorted(load.acknowledged)}
        versions = {wish.key: load.acknowledged[number] for number, wish in wishes.items()}
        await survivor.repeat([list(wishes.values())], versions)
        await survivor.follow()
        await survivor.compare(wishes.values())
    name = f"{what}, {RESTARTS} times under load, {len(wishes):,} appends"
    return [Figure(name, survivor.faults.text(), "all 0", survivor.faults.none)]


def main() -> None:
    """Kill in both engines."""
    wanted = sys.argv[1:] or ["SQLite", "PostgreSQL"]
    shown: list[Figure] = []
    with disk(fixed=False) as (folder, environment), server(folder, environment) as databases:
        places = {"SQLite": files(folder), "PostgreSQL": databases}
        with graveyard(folder) as context:
            for engine in wanted:
                shown += asyncio.run(killed(context, engine, next(places[engine]), int(DEATHS * SHARES[engine])))
                address = next(places[engine])
                load = Load(context, address)
                what, blow = BLOWS[engine]
                shown += asyncio.run(restarted(f"{engine}: {what}", load, address, partial(blow, load, folder)))
    write_section("Event store, faults", shown, NOTE)


if __name__ == "__main__":
    main()
