"""The figures of the platform: each function measures one installation, and says what it saw beside its aim."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.figures import ROOT, Figure
from benchmarks.platform.driving import driven, share
from benchmarks.platform.installation import installation
from benchmarks.platform.provisioning import ORGANISATIONS, provisioned
from benchmarks.platform.soak import soaked
from benchmarks.platform.town import settled

THINK, COMMANDS = 5.0, 0.2
"""Seconds that a user thinks on average, and the share of commands in what they ask."""
ROUTES = (
    ("an alert rule", "/observability/alarms/{}", None),
    ("a project, whose name is unique", "/projects", {"name": "{}"}),
)
QUICK = (sys.executable, "-m", "benchmarks.platform.quick_server")
HEAVY = 2
A_MINUTE = 10_000


def _seconds(name: str, usual: float) -> float:
    return float(os.environ.get(f"BENCH_{name}", usual))


def _many(name: str, usual: int) -> int:
    return int(os.environ.get(f"BENCH_{name}", usual))


def _places(process: Any, organisations: int, projects: int) -> list[dict[str, Any]]:  # noqa: ANN401
    return [asdict(each) for each in asyncio.run(settled(process, organisations, projects))]


def users(data: Path, database: str | None) -> list[Figure]:
    """People who think, ask, and think again."""
    many, seconds = _many("USERS", 1_000), _seconds("USERS_SECONDS", 60)
    with installation(data, database) as place:
        process = place.up()
        told = {"users": many, "think": THINK, "commands": COMMANDS, "warm": THINK + 3, "seconds": seconds}
        places = _places(process, 10, 20)
        found = driven("users", addresses=[process.address], places=places, **told)
        megabytes = place.megabytes()
    slow, usual, worst = (share(found["seconds"], each) * 1000 for each in (95, 50, 99))
    rate, failed = len(found["seconds"]) / seconds, found["failed"]
    return [
        Figure(
            f"{place.name}: {many:,} users, answer p95",
            f"{slow:.0f} ms (p50 {usual:.0f} ms, p99 {worst:.0f} ms; {rate:.0f} requests a second)",
            "<= 200 ms",
            slow <= 200,
        ),
        Figure(f"{place.name}: the same, errors", f"{failed} {found['errors'][:1] or ''}".strip(), "0", failed == 0),
        Figure(f"{place.name}: memory after it", f"{megabytes:.0f} MB"),
    ]


@contextmanager
def _bare(place: str) -> Iterator[str]:
    argv = [sys.executable, "-m", "benchmarks.platform.bare", place]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def throughput(data: Path, database: str | None) -> list[Figure]:
    """Commands beside a bare route that inserts one row, turn by turn."""
    seconds, turns = _seconds("THROUGHPUT_SECONDS", 5), _many("TURNS", 3)
    with installation(data, database) as place, _bare(database or str(data / "skafu.db")) as bare:
        process = place.up()
        tokens = [each["access"] for each in _places(process, 4, 0)]
        sides: dict[str, tuple[str, str, object, bool]] = {"bare": (bare, "/rows/{}", None, False)}
        for name, path, body in ROUTES:
            sides[name] = (process.address, path, body, False)
            sides[f"{name}, with an Idempotency-Key"] = (process.address, path, body, True)
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(turns):
            for name, (address, path, body, idempotent) in sides.items():
                told = {"path": path, "body": body, "idempotent": idempotent, "callers": 16, "seconds": seconds}
                found = driven("closed loop", address=address, tokens=tokens, **told)
                rates[name].append(found["done"] / found["time"])
    middle = {name: sorted(each)[len(each) // 2] for name, each in rates.items()}
    return [_beside(place.name, name, rate, middle["bare"]) for name, rate in middle.items() if name != "bare"]


def _beside(engine: str, name: str, rate: float, bare: float) -> Figure:
    aimed = name == ROUTES[0][0]
    ratio = rate / bare
    text = f"{ratio:.0%} of the bare route ({rate:.0f}/s; {bare:.0f}/s)"
    return Figure(f"{engine}: commands, {name}", text, ">= 50 %" if aimed else "", ratio >= 0.5 if aimed else None)


def live(data: Path, database: str | None) -> list[Figure]:
    """From the append to the read model and to who listens, at the rate of the mission and beyond, until it breaks."""
    seconds, figures, rate = _seconds("LIVE_SECONDS", 20), [], A_MINUTE / 60
    with installation(data, database) as place:
        process = place.up()
        places = _places(process, 6, 40)
        while True:
            told = {"writers": 24, "rate": rate, "patience": 5, "seconds": seconds}
            found = driven("live", address=process.address, places=places[1:], probe=places[0], **told)
            figures += _lateness(place.name, rate, found)
            if len(figures) > 1 and not _kept_up(rate, found):
                break
            rate *= 1.5
    return figures


def _lateness(engine: str, rate: float, found: dict[str, Any]) -> list[Figure]:
    minute = rate * 60
    heard, asked = (share(found[each], 95) * 1000 for each in ("heard", "asked"))
    aimed = minute <= A_MINUTE
    held = found["sent"] / found["time"] * 60
    text = f"{heard:.0f} ms (p50 {share(found['heard'], 50) * 1000:.0f} ms); {held:,.0f} a minute were appended"
    model = f"{asked:.0f} ms (p50 {share(found['asked'], 50) * 1000:.0f} ms), the question included"
    return [
        Figure(
            f"{engine}: {minute:,.0f} events a minute, appended until a listener has it, p95",
            text,
            "<= 100 ms" if aimed else "",
            heard <= 100 if aimed else None,
        ),
        Figure(
            f"{engine}: the same, acknowledged until the list shows it, p95",
            model,
            "<= 100 ms" if aimed else "",
            asked <= 100 if aimed else None,
        ),
    ]


def _kept_up(rate: float, found: dict[str, Any]) -> bool:
    late = max(share(found[each], 95) for each in ("heard", "asked"))
    return late <= 0.1 and bool(found["sent"] / found["time"] >= 0.95 * rate)


def provisioning(data: Path, database: str | None) -> list[Figure]:
    """Many projects that are wanted at once, with a quick stand-in for proofs, and a few that are really proven."""
    many, real = _many("PROJECTS", 100), _many("PROVEN_PROJECTS", 1)
    figures = _wanted(data / "quick", database, many, QUICK)
    return figures + (_wanted(data / "real", None, real, ()) if real and not database else [])


def _wanted(data: Path, database: str | None, many: int, program: Sequence[str]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, installation(data, database, program) as place:
        notes = Path(folder) / "proofs"
        place.up(BENCH_PROOFS=str(notes), SKAFU_HEAVY_WORK=str(HEAVY))
        course, first = asyncio.run(provisioned(place, many, notes))
    name = f"{place.name}: {many} projects at once" + ("" if program else ", really proven")
    missing, fair = course.wanted - len(course.finished), course.waited_for(first)
    wrong = missing + course.twice + course.failed
    said = f"{missing} not finished, {course.twice} twice, {course.failed} steps failed; {course.seconds:.0f} s"
    figures = [Figure(name, said, "0, 0, 0", wrong == 0)]
    if program:
        # Those who asked for little are served as often as who asked for most: so many were its turn meanwhile.
        turns = round(many * 0.4 / (ORGANISATIONS - 1) * 2)
        told = f"{fair} of {round(many * 0.6)} of the first one"
        figures += [
            Figure(f"{name}: finished before the last of the other organisations", told, f"<= {turns}", fair <= turns),
            Figure(f"{name}: proofs at the same time", str(course.together), f"<= {HEAVY}", course.together <= HEAVY),
        ]
    return [*figures, Figure(f"{name}: memory of all processes, at most", f"{course.megabytes:.0f} MB")]


def soak(data: Path, database: str | None, crash: Callable[[], None] | None) -> list[Figure]:
    """Load and blows."""
    minutes = _seconds("SOAK_MINUTES", 2)
    with installation(data, database) as place:
        verdict = asyncio.run(soaked(place, minutes * 60, crash))
    return [Figure(f"{place.name}: {minutes:g} minutes", str(verdict), "all 0", verdict.exact)]
