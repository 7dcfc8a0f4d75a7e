"""Installations of Skafu for the bench: processes of `skafu`, on loopback, embedded or on PostgreSQL."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.figures import ROOT, skafu

SECONDS = 60.0
QUIET = {
    "SKAFU_LOG_LEVEL": "WARNING",
    "SKAFU_REQUESTS_PER_SECOND": "100000",
    "SKAFU_REQUESTS_AT_ONCE": "100000",
}
"""Callers share tokens here, so that the limits of each caller are out of the way."""


@dataclass
class Process:
    """A process of an installation, and what it has said."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def line(self, beginning: str) -> str:
        """The first line that begins so, once it has been said."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for line in list(self.said):
                if line.startswith(beginning):
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        raise RuntimeError(f"it did not say {beginning!r}: {self.said[-20:]}")

    @property
    def address(self) -> str:
        return self.line("Skafu is ready at ").split(" at ", 1)[1].split()[0]

    @property
    def link(self) -> str:
        """The end of the link by which the owner comes in."""
        return self.line("Sign in").rpartition("=")[2].strip()

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)


def started(*arguments: str | Path, program: Sequence[str] = (), **environment: str) -> Process:
    """Start `skafu`, or another program, with these arguments."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SKAFU_")}
    process = subprocess.Popen(
        [*program, *map(str, arguments)] if program else skafu(*arguments),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**clean, **QUIET, **environment},
        bufsize=1,
    )
    running = Process(process)
    threading.Thread(target=_hear, args=(running,), daemon=True).start()
    return running


def _hear(running: Process) -> None:
    assert running.process.stdout is not None
    with running.process.stdout as saying:
        running.said.extend(saying)


@dataclass
class Installation:
    """The processes of an installation."""

    data: Path
    database: str | None = None
    program: Sequence[str] = ()
    processes: list[Process] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "PostgreSQL" if self.database else "SQLite"

    def up(self, *more: str, port: int = 0, **environment: str) -> Process:
        """Another process that serves the API."""
        words = ("up", "--data", self.data, "--port", str(port), *self._store, *more)
        return self._kept(started(*words, program=self.program, **environment))

    def worker(self, **environment: str) -> Process:
        """Another worker."""
        words = ("worker", "--data", self.data, *self._store)
        return self._kept(started(*words, program=self.program, **environment))

    @property
    def _store(self) -> list[str]:
        return ["--database-url", self.database] if self.database else []

    def _kept(self, process: Process) -> Process:
        self.processes.append(process)
        return process

    def megabytes(self) -> float:
        """Memory of all its processes and their children: what is theirs alone, and their share of the rest."""
        return sum(proportional(each.pid) for each in self.processes if each.process.poll() is None)

    def close(self) -> None:
        for each in self.processes:
            with suppress(ProcessLookupError):
                each.process.kill()
            each.process.wait(SECONDS)


def proportional(pid: int) -> float:
    """Memory of a process and its children in MB: what is theirs alone, and their share of what they share (PSS)."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(pid)
        for each in (family, *family.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += float(each.memory_full_info().pss) / 2**20
    return total


@contextmanager
def installation(data: Path, database: str | None = None, program: Sequence[str] = ()) -> Iterator[Installation]:
    """An installation whose processes are gone in the end."""
    made = Installation(data, database, program)
    try:
        yield made
    finally:
        made.close()
