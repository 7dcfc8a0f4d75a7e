"""A store of ten million events beside a nearly empty one: appends, loads, a full replay, and what it all takes.

`BENCH_EVENTS` is how many, a multiple of 5,000; `SQLite` or `PostgreSQL` as an argument measures one engine alone.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.figures import Figure, run, write_section
from benchmarks.store.filling import BLOCK
from benchmarks.store.places import disk, files, server

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000")) // BLOCK * BLOCK
MEMORY = 200_000_000
NOTE = (
    "Streams of 100 events, 50 written in turn, of 100 tenants, taken in through the port of imports. Beside it a "
    f"store of {BLOCK:,} such events: both are open in one process and asked in turn, for 50 streams that were written "
    "together, again and again. The replay is a process of its own that reads the feed page by page. The disk as it is."
)
COMPARED = (
    ("append", "append", "p99", 1.5),
    ("append", "append", "p50", 0),
    ("load", "load of 100 events", "p50", 1.2),
    ("load", "load of 100 events", "p99", 0),
    ("load apart", "the same, streams from anywhere: eight times as many pages", "p50", 0),
    ("first load", "the same for the first time, from the disk", "p50", 0),
)
"""What is done in both stores, the name that it is shown by, and how much slower it may be in the large one."""


def step(name: str, *addresses: str, events: int = EVENTS) -> dict[str, float]:
    """One step in a process of its own."""
    found = run([sys.executable, "-m", "benchmarks.store.large_side", name, *addresses, str(events)])
    measured: dict[str, float] = json.loads(found.stdout)
    return measured


def figures(engine: str, addresses: Iterator[str]) -> Iterator[Figure]:
    """Fill two stores and measure both."""
    small, large = next(addresses), next(addresses)
    step("fill", small, events=BLOCK)
    filled = step("fill", large)
    taken = _bytes(large)
    compared = step("compare", small, large)
    for what, name, at, aim in COMPARED:
        one, other = compared[f"{what} small {at}"], compared[f"{what} large {at}"]
        text = f"{other / one:.2f}x ({other * 1000:.2f} ms; {one * 1000:.2f} ms)"
        yield Figure(f"{engine}: {name}, {at}", text, f"<= {aim}x" if aim else "", other / one <= aim if aim else None)
    replayed = step("replay", large)
    memory, early = replayed["memory"], replayed["early"]
    text = f"{memory / 1e6:.0f} MB ({early / 1e6:.0f} MB after a tenth)"
    yield Figure(f"{engine}: memory of a full replay", text, f"< {MEMORY / 1e6:.0f} MB", memory < MEMORY)
    yield Figure(f"{engine}: full replay, decoded and folded", f"{replayed['a_second']:,.0f} events/s")
    yield Figure(f"{engine}: taken in through the port of imports", f"{filled['a_second']:,.0f} events/s")
    yield Figure(f"{engine}: size with all indexes", f"{taken / EVENTS:.0f} bytes per event ({taken / 1e9:.2f} GB)")


def _bytes(address: str) -> int:
    if "=" not in address:
        return Path(address).stat().st_size
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute("SELECT pg_total_relation_size('events')").fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Measure on the disk as it is."""
    wanted = sys.argv[1:] or ["SQLite", "PostgreSQL"]
    shown: list[Figure] = []
    with disk(fixed=False) as (folder, environment), server(folder, environment) as databases:
        places = {"SQLite": files(folder), "PostgreSQL": databases}
        for engine in wanted:
            shown += figures(engine, places[engine])
            write_section(f"Event store, {EVENTS:,} events", shown, NOTE)


if __name__ == "__main__":
    main()
