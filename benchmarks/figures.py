"""Measuring whole processes, and writing what was measured to docs/benchmarks.md."""

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`, `bench-store`, `bench-platform` and `bench-proofs`; each section says when and on what it was
measured, in medians of several runs. Machines differ, so ratios against the peer of the same run say more than seconds.
"""


@dataclass(frozen=True)
class Figure:
    """One measured figure beside what was aimed for."""

    what: str
    measured: str
    aim: str = ""
    met: bool | None = None


def timed(action: Callable[[], object], runs: int = 7) -> float:
    """The median wall time of an action in seconds, after one run to warm up."""
    action()
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def run(
    argv: Sequence[str | Path], *, cwd: Path = ROOT, check: bool = True, more: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Run a command quietly, with more environment variables."""
    words = [str(one) for one in argv]
    return subprocess.run(words, cwd=cwd, env={**os.environ, **more}, capture_output=True, text=True, check=check)


def skafu(*arguments: str | Path) -> list[str]:
    """The command line of Skafu in this environment."""
    return [str(Path(sys.executable).parent / "skafu"), *(str(one) for one in arguments)]


def write_section(title: str, figures: Sequence[Figure], note: str) -> None:
    """Replace a section of the page by new figures, and print it."""
    rows = [f"| {one.what} | {one.measured} | {one.aim} | {_mark(one.met)} |" for one in figures]
    table = "\n".join(["| what | measured | aim | met |", "|---|---|---|---|", *rows])
    section = f"## {title}\n\n{note}\n\n{table}\n\n_{machine()}_\n"
    print(section)
    text = PAGE.read_text() if PAGE.exists() else HEAD
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text, replaced = pattern.subn(lambda _: f"{section}\n", text)
    if not replaced:
        text = f"{text.rstrip()}\n\n{section}"
    PAGE.write_text(text.rstrip() + "\n")


def machine() -> str:
    """When and on what it was measured, and how many processes wanted a core in the last minute."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    today = datetime.now(UTC).date().isoformat()
    cores = f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}"
    return f"{today}, Python {platform.python_version()}, {cores}, load {os.getloadavg()[0]:.1f}"


def _mark(met: object) -> str:
    return "" if met is None else "yes" if met else "no"
