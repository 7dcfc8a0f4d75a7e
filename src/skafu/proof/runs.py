"""All sandboxed tools that one proof has running, so that they can be ended together."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from skafu.proof.sandbox import Completed, Limits, Sandboxed, run

_LIMITS = Limits()


class Stopped(BaseException):
    """The proof was given up while a tool was about to start; nobody waits for an answer."""


class Runs:
    """Runs tools in sandboxes and knows which are running; safe to share between threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: set[Sandboxed] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        limits: Limits = _LIMITS,
        timeout: float = 600.0,
        stdin: bytes | None = None,
    ) -> Completed:
        """Run a command to its end; see `skafu.proof.sandbox.run`.

        Raises:
            Stopped: the proof has been given up.
            Unavailable: the sandbox did not start.
        """
        started: list[Sandboxed] = []

        def keep(command: Sandboxed) -> None:
            started.append(command)
            self._add(command)

        try:
            completed = run(argv, cwd=cwd, env=env, limits=limits, timeout=timeout, stdin=stdin, on_start=keep)
        finally:
            with self._lock:
                self._running.difference_update(started)
        if self._stopped:
            raise Stopped
        return completed

    def _add(self, command: Sandboxed) -> None:
        with self._lock:
            if self._stopped:
                raise Stopped
            self._running.add(command)

    def stop(self) -> None:
        """End all that is running, and let nothing start any more."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for command in running:
            command.stop()
