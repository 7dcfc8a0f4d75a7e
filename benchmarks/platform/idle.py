"""What an installation costs that does nothing, and how soon it is ready."""

import http.client
import statistics
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.figures import Figure
from benchmarks.platform.installation import Process, installation, proportional

STARTS = 5
QUIET = 5.0
"""Seconds of doing nothing before memory is measured."""


def idle(data: Path, database: str | None) -> list[Figure]:
    """Start and stop an installation several times, and let it do nothing."""
    with installation(data, database) as place:
        place.up().address  # noqa: B018 the first start makes the store
        seconds, processor = [], []
        for _ in range(STARTS):
            place.processes[-1].stop()
            begun = time.monotonic()
            process = place.up(SKAFU_NOTICE_SECONDS="0")
            _ready(process)
            seconds.append(time.monotonic() - begun)
            processor.append(_used(process))
        time.sleep(QUIET)
        before, pid = _used(process), process.pid
        time.sleep(QUIET)
        busy = (_used(process) - before) / QUIET
        megabytes = proportional(pid)
    median = statistics.median(seconds)
    used = f"{median:.2f} s ({statistics.median(processor):.2f} s of a processor)"
    return [
        Figure(f"{place.name}: start of `skafu up` until /readyz says so", used, "<= 2 s", median <= 2),
        Figure(
            f"{place.name}: memory of an idle `skafu up` (PSS)", f"{megabytes:.0f} MB", "<= 150 MB", megabytes <= 150
        ),
        Figure(f"{place.name}: processor of an idle `skafu up`", f"{busy:.1%} of a core"),
    ]


def _used(process: Process) -> float:
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _ready(process: Process) -> None:
    server = http.client.HTTPConnection(urlsplit(process.address).netloc, timeout=10)
    while True:
        server.request("GET", "/readyz")
        answer = server.getresponse()
        answer.read()
        if answer.status == 200:
            break
        time.sleep(0.01)
    server.close()
