"""The event store beside the library eventsourcing: the same machine, the same run, repeats taken in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import ROOT, Figure, write_section
from benchmarks.store import footprint
from benchmarks.store.cases import CASES, Case, shown
from benchmarks.store.places import disk, files, server
from benchmarks.store.processor_time import server_seconds
from benchmarks.store.rates import SECONDS, Rate, middle, together

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
Addresses = dict[str, Iterator[str]]


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


def measure(cases: tuple[Case, ...], addresses: Addresses, environment: dict[str, str]) -> dict[Case, dict[str, Rate]]:
    """Measure cases; repeats of both sides take turns."""
    rates: dict[Case, dict[str, list[Rate]]] = {case: {side: [] for side in case.sides} for case in cases}
    for _ in range(RUNS):
        for case, sides in rates.items():
            for side, repeats in sides.items():
                repeats.append(measured(case, side, next(addresses[case.engine]), environment))
    return {case: {side: middle(repeats) for side, repeats in sides.items()} for case, sides in rates.items()}


def explained(
    case: Case, rates: dict[str, Rate], folder: Path, addresses: Addresses, environment: dict[str, str]
) -> str:
    """Where the time of a case goes that has missed its aim."""
    address = next(addresses[case.engine])
    if case.kind == "append":
        before = server_seconds(folder)
        own = measured(case, "skafu", address, environment)
        return f"{case.title}: {_processors(case, own, server_seconds(folder) - before)}"
    argv = [sys.executable, "-m", "benchmarks.store.profiles", case.kind, address]
    found = subprocess.run(argv, check=True, cwd=ROOT, env=environment, capture_output=True, text=True).stdout
    allowed = 1e6 / (rates["peer"].a_second * (100 if case.kind == "load" else 1) * case.aim) if case.aim else 0.0
    wanted = f" (the aim allows {allowed:.2f})" if allowed else ""
    return f"{case.title}: {found}{wanted}"


def _processors(case: Case, own: Rate, server: float) -> str:
    there, wanted = os.cpu_count() or 1, own.processor * 1e3
    engine = f" and {server / (own.a_second * SECONDS) * 1e3:.2f} ms in the server" if case.engine != "SQLite" else ""
    return (
        f"an append takes {wanted:.2f} ms of a processor in its writer{engine}; {there} processors are there for all of"
        f" them, and the load was {os.getloadavg()[0]:.1f}"
    )


def section(
    folder: Path, cases: tuple[Case, ...], addresses: Addresses, environment: dict[str, str]
) -> tuple[list[Figure], list[str]]:
    """All figures of a disk, and a sentence for each that misses its aim."""
    figures, reasons = [], []
    for case, rates in measure(cases, addresses, environment).items():
        own = list(shown(case, rates))
        figures += own
        if any(each.met is False for each in own):
            reasons.append(explained(case, rates, folder, addresses, environment))
    if cases == CASES:
        figures += [footprint.idle(engine, next(place), environment) for engine, place in addresses.items()]
        figures += [footprint.imports(), footprint.hook()]
    return figures, reasons


def main() -> None:
    """Measure on a disk with a fixed flush of 1 ms, and with `--disk` on the one that is there as well."""
    from importlib.metadata import version

    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    cases = tuple(case for case in CASES if not wanted or any(name in f"{case.engine} {case.what}" for name in wanted))
    for fixed in (True, False) if "--disk" in sys.argv else (True,):
        with disk(fixed=fixed) as (folder, environment), server(folder, environment) as databases:
            addresses = {"PostgreSQL": databases, "SQLite": files(folder)}
            figures, reasons = section(folder, cases, addresses, environment)
        title = "Event store" if fixed else "Event store, the disk as it is"
        flush = "A flush takes 1 ms, in memory." if fixed else "Flushes take what the disk takes."
        times = f"turn by turn, medians of {RUNS}" if RUNS > 1 else "turn by turn, once"
        peer = f"The peer is eventsourcing {version('eventsourcing')}"
        ours = "Ours: tenant, key, origin, decoding and a counting tracer included."
        profile = "\n\nWhere the time goes, of what was missed:\n\n" if reasons else ""
        note = f"{flush} {peer}, same run, {times}. {ours}{profile}" + "\n".join(f"- {each}" for each in reasons)
        write_section(title, figures, note)


if __name__ == "__main__":
    main()
