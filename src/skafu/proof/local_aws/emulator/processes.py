"""Starts the processes of Lambda workers: forks of one nursery where the system can (Linux), else one by one."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, Protocol

HERE = Path(__file__).parent
LARGEST_ANSWER = 64


class Process(Protocol):
    """What MiniStack asks of a worker's process; a part of `subprocess.Popen`."""

    stdin: IO[str]
    stdout: IO[str]
    stderr: IO[str]

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


class Fork:
    """A worker that the nursery forked; its exit code is not known."""

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int) -> None:
        """Take over the process and our ends of its streams."""
        self.pid = pid
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = -1
        self.stdin: IO[str] = os.fdopen(stdin, "w", buffering=1)
        self.stdout: IO[str] = os.fdopen(stdout)
        self.stderr: IO[str] = os.fdopen(stderr)

    def poll(self) -> int | None:
        """Zero when it has ended."""
        return 0 if self._ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        if not self._ended(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        for stream in (self.stdin, self.stdout):
            # What was not written yet has no reader any more.
            with contextlib.suppress(OSError):
                stream.close()
        return 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> bool:
        if self._handle < 0:
            return True
        end = select.poll()
        end.register(self._handle, select.POLLIN)
        return bool(end.poll(None if timeout is None else timeout * 1000))

    def _signal(self, number: int) -> None:
        if self._handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def __del__(self) -> None:
        """Give the handle back."""
        if self._handle >= 0:
            os.close(self._handle)


class Nursery:
    """The process that forks workers, see `nursery.py`."""

    def __init__(self, python: str) -> None:
        """Start it; it imports while the emulator goes on."""
        self._lock = threading.Lock()
        self._door, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [python, "-P", str(HERE / "nursery.py"), str(far.fileno())],
            env={"PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            pass_fds=(far.fileno(),),
        )
        far.close()

    def fork(self, environment: dict[str, str], folder: str) -> Fork:
        """A new worker.

        Raises:
            OSError: the nursery is gone.
        """
        request = json.dumps({"environment": environment, "folder": folder}).encode()
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = os.pipe(), os.pipe(), os.pipe()
        theirs, ours = (stdin, stdout, stderr), (to_stdin, from_stdout, from_stderr)
        try:
            with self._lock:
                socket.send_fds(self._door, [request], theirs)
                answer = self._door.recv(LARGEST_ANSWER)
        finally:
            for stream in theirs:
                os.close(stream)
        if not answer:
            raise BrokenPipeError("the parent process of the Lambda workers has ended")
        return Fork(int(answer), *ours)


def python() -> str:
    """The interpreter of functions."""
    return os.environ.get("LAMBDA_PYTHON", sys.executable)


_nurseries: list[Nursery] = []


def open_nursery() -> None:
    """Have a nursery from now on, where the system can follow a process that is not its child (Linux 5.3)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.close(os.pidfd_open(os.getpid()))
            _nurseries.append(Nursery(python()))


def start(environment: dict[str, str], folder: str) -> Process:
    """Start a worker in a folder, with nothing but an environment."""
    for nursery in _nurseries:
        # If it is gone, the worker starts on its own below.
        with contextlib.suppress(OSError):
            return nursery.fork(environment, folder)
    command = [python(), "-u", str(HERE / "bootstrap.py")]
    pipe = subprocess.PIPE
    alone: Any = subprocess.Popen(
        command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1, env=environment
    )
    worker: Process = alone
    return worker
