"""What a store costs that does nothing: its memory, its import, and its hooks when nobody listens."""

import subprocess
import sys
import timeit

from benchmarks.figures import ROOT, Figure, run, timed
from benchmarks.store.skafu_side import ORIGIN, TENANT
from skafu.kernel.telemetry import NOBODY
from skafu.storage.tracing import appending

IMPORTS = "import skafu.kernel.deciders, skafu.kernel.event_types, skafu.storage"
STARTS = 20
RESIDENT = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
IDLE = f"""
import asyncio, sys
from benchmarks.store.skafu_side import store_at

async def main():
    async with store_at(sys.argv[1]) as storage:
        await storage.feed.read()
        await asyncio.sleep(0.5)
        {RESIDENT}

asyncio.run(main())
"""


def idle(engine: str, address: str, environment: dict[str, str]) -> Figure:
    """Memory of a process with an open store, above that of Python alone."""
    megabytes = (_resident(IDLE, address, environment) - _resident(RESIDENT, "", environment)) / 1024
    text = f"{megabytes:.0f} MB"
    return Figure(f"{engine}: memory of an idle store, above Python", text, "< 40 MB", megabytes < 40)


def _resident(program: str, address: str, environment: dict[str, str]) -> int:
    argv = [sys.executable, "-c", program, address]
    # The first run makes the schema, for which the tools of migrations are loaded.
    said = [subprocess.run(argv, check=True, cwd=ROOT, env=environment, capture_output=True) for _ in range(2)]
    return int(said[-1].stdout)


def imports() -> Figure:
    """How long the ports take to import, above Python itself."""
    python, ports = (_quickest(program) * 1000 for program in ("pass", IMPORTS))
    more = ports - python
    text = f"{more:.0f} ms ({ports:.0f} - {python:.0f}, best of {STARTS})"
    return Figure("import of the kernel and the ports, above Python", text, "< 60 ms", more < 60)


def _quickest(program: str) -> float:
    """The shortest wall time of a program in seconds: what others do on the machine only ever makes it longer."""
    argv = [sys.executable, "-c", program]
    return min(timed(lambda: run(argv), runs=1) for _ in range(STARTS))


def hook() -> Figure:
    """What a hook costs when nobody listens."""

    def append() -> None:
        with appending(NOBODY, TENANT, "s", 1, ORIGIN):
            pass

    rounds = 100_000
    microseconds = min(timeit.repeat(append, number=rounds, repeat=5)) / rounds * 1e6
    return Figure("a tracing hook that is off", f"{microseconds:.2f} µs", "< 1 µs", microseconds < 1)
