"""One worker as its pool sees it: started, talked to within a time, and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from skafu.kernel.errors import Invalid, Refused, Unavailable
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.lockdown import WorkerLimits

_SECONDS_TO_START = 60.0
_SECONDS_TO_DIE = 10.0
_REASONS = {
    signal.SIGXCPU: "it used more processor time than a template may have",
    signal.SIGKILL: "it used more than a template may have",
    signal.SIGSEGV: "it made the engine crash",
    signal.SIGABRT: "it made the engine crash",
}


class WorkerProcess:
    """A running worker.

    Attributes:
        jobs: how many it has begun.
        network_closed: whether it is without network, enforced by the kernel.
    """

    def __init__(self, limits: WorkerLimits) -> None:
        """Start it, in a session of its own, with nothing of this process's environment.

        Raises:
            Unavailable: it does not start.
        """
        self.jobs = 0
        self._connection, theirs = socket.socketpair()
        # The home is gone as soon as the worker runs: nothing can be written there, and nothing is left behind.
        with theirs, tempfile.TemporaryDirectory(prefix="skafu-worker-", ignore_cleanup_errors=True) as home:
            self._process = _started(theirs.fileno(), home, limits)
            theirs.close()
            self.network_closed = self._is_ready()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def _is_ready(self) -> bool:
        try:
            ready = self.receive(time.monotonic() + _SECONDS_TO_START)
        except Refused as error:
            raise Unavailable(f"a worker for templates does not start: {error.message}") from error
        if not isinstance(ready, say.Ready):
            self.kill()
            raise Unavailable("a worker for templates does not start as it should")
        return ready.network_closed

    def send(self, message: say.ToWorker) -> None:
        """Say something.

        Raises:
            Refused: the worker has gone.
            Invalid: it can't be said.
        """
        try:
            self._connection.settimeout(_SECONDS_TO_START)
            say.send(self._connection, message)
        except OSError as error:
            raise self._stopped(str(error)) from error
        except say.Unsayable as error:
            raise Invalid(f"these answers can't be given to a template of somebody else: {error}") from error

    def receive(self, deadline: float) -> Any:  # noqa: ANN401 - one of the messages
        """Wait for an answer.

        Raises:
            Refused: none came in time, or the worker has gone or talks nonsense; it is killed.
        """
        try:
            self._connection.settimeout(max(deadline - time.monotonic(), 0.001))
            return say.receive(self._connection, "pool")
        except TimeoutError as error:
            raise self._stopped("it took longer than a template may") from error
        except (say.BrokenTalk, OSError) as error:
            raise self._stopped(str(error)) from error

    def _stopped(self, reason: str) -> Refused:
        try:
            # One that ended by itself says why by the way it ended.
            code = self._process.wait(0.5 if "closed" in reason else 0)
            reason = _REASONS.get(signal.Signals(-code), reason) if code < 0 else reason
        except (subprocess.TimeoutExpired, ValueError):
            pass
        self.kill()
        return Refused(f"the template was stopped: {reason}", fix="make it smaller, or render it with --trust")

    def kill(self) -> None:
        """End it and everything in its session."""
        self._connection.close()
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(_SECONDS_TO_DIE)


def _started(descriptor: int, home: str, limits: WorkerLimits) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-I", "-W", "ignore", "-m", "skafu.workspace.worker_pool.worker", str(descriptor)]
    environment = {
        "HOME": home,
        "TMPDIR": home,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: os.environ[name] for name in ("TZ",) if name in os.environ},
    }
    return subprocess.Popen(
        [*words, json.dumps(asdict(limits))],
        cwd=Path(home),
        env=environment,
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
