"""The event store beside the library eventsourcing: the same machine, the same run, repeats taken in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.figures import ROOT, Figure, write_section
from benchmarks.store.places import disk, files, server
from benchmarks.store.rates import CALLERS, Rate, middle, together

PROCESSES = 8
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SIDES = ("skafu", "peer")


@dataclass(frozen=True)
class Case:
    """What is measured, and by how much Skafu is to be faster."""

    engine: str
    what: str
    kind: str
    aim: float
    processes: int = 1
    callers: int = 1
    p99: float = 0.0
    longest: float = 0.0


CASES = (
    Case("PostgreSQL", f"appends, {PROCESSES} writer processes", "append", 6, PROCESSES, p99=0.02),
    Case("PostgreSQL", f"appends, {CALLERS} callers in one process", "append", 6, callers=CALLERS),
    Case("PostgreSQL", "load 100 events", "load", 10),
    Case("PostgreSQL", "read all, decoded", "read", 5),
    Case("SQLite", f"appends, {CALLERS} callers in one process", "append", 8, callers=CALLERS),
    Case("SQLite", f"appends, {PROCESSES} writer processes", "append", 0, PROCESSES, p99=0.05, longest=0.5),
    Case("SQLite", "load 100 events", "load", 10),
    Case("SQLite", "read all, decoded", "read", 5),
)


def measured(case: Case, side: str, address: str, environment: dict[str, str]) -> Rate:
    """One run of one side, in processes that begin together."""
    if case.processes > 1:
        _made(side, address, environment)
    argv = [sys.executable, "-m", "benchmarks.store.worker", side, case.kind, address, str(case.callers)]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        workers = [
            stack.enter_context(subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=environment))
            for _ in range(case.processes)
        ]
        if case.kind == "append":
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "ready\n"
        return together([Rate(**json.loads(worker.communicate()[0])) for worker in _released(workers)])


def _released(workers: "list[subprocess.Popen[str]]") -> "list[subprocess.Popen[str]]":
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers


def _made(side: str, address: str, environment: dict[str, str]) -> None:
    """Let the peer make its tables before many of its processes start at once; Skafu needs no such care."""
    if side == "peer":
        argv = [sys.executable, "-c", f"from benchmarks.store.peer_side import application; application({address!r})"]
        subprocess.run(argv, check=True, cwd=ROOT, env=environment)


def figures(cases: tuple[Case, ...], addresses: dict[str, Iterator[str]], environment: dict[str, str]) -> list[Figure]:
    """Measure cases; repeats of both sides take turns."""
    rates: dict[tuple[Case, str], list[Rate]] = {(case, side): [] for case in cases for side in SIDES}
    for _ in range(RUNS):
        for (case, side), measures in rates.items():
            measures.append(measured(case, side, next(addresses[case.engine]), environment))
    return [figure for case in cases for figure in _shown(case, *(middle(rates[case, side]) for side in SIDES))]


def _shown(case: Case, own: Rate, peer: Rate) -> Iterator[Figure]:
    ratio = own.a_second / peer.a_second
    aim = f">= {case.aim:g}x" if case.aim else ""
    what = f"{case.engine}: {case.what}"
    text = f"{ratio:.1f}x ({own.a_second:,.0f}/s; peer {peer.a_second:,.0f}/s)"
    yield Figure(what, text, aim, ratio >= case.aim if case.aim else None)
    for name, limit, one, other in (
        ("p99", case.p99, own.p99, peer.p99),
        ("longest wait", case.longest, own.longest, peer.longest),
    ):
        if limit:
            text = f"{one * 1000:.1f} ms (peer {other * 1000:.0f} ms)"
            yield Figure(f"{what}, {name}", text, f"<= {limit * 1000:.0f} ms", one <= limit)


def main() -> None:
    """Measure on a disk with a fixed flush of 1 ms, and with `--disk` on the one that is there as well."""
    from importlib.metadata import version

    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    cases = tuple(case for case in CASES if not wanted or any(name in f"{case.engine} {case.what}" for name in wanted))
    for fixed in (True, False) if "--disk" in sys.argv else (True,):
        with disk(fixed=fixed) as (folder, environment), server(folder, environment) as databases:
            shown = figures(cases, {"PostgreSQL": databases, "SQLite": files(folder)}, environment)
        title = "Event store" if fixed else "Event store, the disk as it is"
        flush = "A flush takes 1 ms, in memory." if fixed else "Flushes take what the disk takes."
        times = f"turn by turn, medians of {RUNS}" if RUNS > 1 else "turn by turn, once"
        peer = f"The peer is eventsourcing {version('eventsourcing')}"
        write_section(title, shown, f"{flush} {peer}, same run, {times}. Ours: tenant, key and decoding included.")


if __name__ == "__main__":
    main()
