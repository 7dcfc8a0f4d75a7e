"""Runs code that nobody has read yet: limited, without credentials or network, and gone at the end."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self, TypedDict, Unpack

from skafu.kernel.errors import Unavailable

_WARDEN = Path(__file__).parent / "warden.py"
_SECONDS_TO_DIE = 10.0
_OUTPUT_BYTES = 64 * 1024**2
_GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """What one process of the command may use; None lifts a limit.

    Attributes:
        memory_bytes: address space (Node.js reserves far more than it uses: give it None).
        cpu_seconds: processor time.
        file_bytes: size of a file that it writes, its output included.
        open_files: open file descriptors.
        processes: processes and threads of the command altogether; the kernel does not enforce it for root.
    """

    memory_bytes: int | None = 8 * _GIB
    cpu_seconds: int | None = 600
    file_bytes: int | None = _GIB
    open_files: int | None = 4096
    processes: int | None = 512


@dataclass(frozen=True)
class Completed:
    """How a command ended.

    Attributes:
        exit_code: its exit code; negative is the signal that ended it.
        stdout: what it wrote, cut at 64 MiB.
        stderr: the same for errors.
        seconds: wall time.
        timed_out: it was killed because its time was over.
        network_enforced: it had loopback only, enforced by the kernel.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    network_enforced: bool


class _Started(TypedDict):
    pid: int
    network_closed: bool


def clean_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give an environment without anything of the caller's: no credentials, tokens, proxies or settings.

    Args:
        home: becomes HOME and TMPDIR.
        extra: variables that the command needs; they win.
    """
    own = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return {**own, **(extra or {})}


class _Streams(TypedDict):
    stdin: IO[bytes] | int
    stdout: IO[bytes] | int
    stderr: IO[bytes] | int


def _start_warden(
    descriptors: Sequence[int], *, cwd: Path, env: Mapping[str, str], **streams: Unpack[_Streams]
) -> subprocess.Popen[bytes]:
    """Start the guard of a command; it is told what to do over the first descriptor."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_WARDEN), str(descriptors[0])],
        cwd=cwd,
        env=env,
        pass_fds=descriptors,
        start_new_session=True,
        **streams,
    )


class Sandboxed:
    """A running command; `stop` (or leaving the `with` block) ends it and everything that it started."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        room: Path,
        output: IO[bytes] | int,
        errors: IO[bytes] | int = subprocess.STDOUT,
        limits: Limits = Limits(),
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        close_network: bool = True,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start a command.

        Args:
            argv: the program and its arguments; the program is looked up in the PATH of `env`.
            cwd: its working directory.
            env: its whole environment, see `clean_environment`.
            room: its temporary folder; removed by `stop`, and also when this process is killed.
            output: where its standard output goes, and its errors unless `errors` says otherwise.
            errors: where its errors go.
            limits: what each process may use.
            stdin: what it reads.
            close_network: give it loopback only, where the host allows that.
            pass_fds: descriptors that it inherits.

        Raises:
            Unavailable: the command's guard did not start.
        """
        self._control, theirs = socket.socketpair()
        with theirs:
            descriptors = (theirs.fileno(), *pass_fds)
            self._warden = _start_warden(descriptors, cwd=cwd, env=env, stdin=stdin, stdout=output, stderr=errors)
        words = [str(part) for part in argv]
        started = self._begin(
            {"argv": words, "room": str(room), "limits": asdict(limits), "close_network": close_network}
        )
        self.pid, self.network_enforced = started["pid"], started["network_closed"]

    def _begin(self, plan: Mapping[str, object]) -> "_Started":
        try:
            return self._tell(plan)
        except BaseException:
            self.stop()
            raise

    def _tell(self, plan: Mapping[str, object]) -> "_Started":
        try:
            self._control.sendall(json.dumps(plan).encode() + b"\n")
            with self._control.makefile("rb") as answers:
                line = answers.readline()
        except OSError:
            line = b""
        if not line:
            raise Unavailable("The sandbox did not start", fix="See the output of the command for the reason.")
        answer: _Started = json.loads(line)
        return answer

    def listener(self) -> socket.socket:
        """Give a listening socket on the command's own loopback, for a server that runs in this process.

        The address that the command must use is `listener().getsockname()`.

        Raises:
            Unavailable: the command has ended.
        """
        try:
            self._control.sendall(b"listen\n")
            _byte, descriptors, _flags, _address = socket.recv_fds(self._control, 1, 1)
        except OSError:
            descriptors = []
        if not descriptors:
            raise Unavailable("The sandboxed command has ended, so its network is gone")
        return socket.socket(fileno=descriptors[0])

    def exit_code(self) -> int | None:
        """Give the exit code (negative: the signal), or None while it runs."""
        return self._warden.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the command and of all that it started.

        Raises:
            subprocess.TimeoutExpired: it runs longer than `timeout` seconds.
        """
        return self._warden.wait(timeout)

    def stop(self) -> None:
        """Kill the command and everything that it started; does nothing when it has ended."""
        self._control.close()
        try:
            self._warden.wait(_SECONDS_TO_DIE)
        except subprocess.TimeoutExpired:
            self._warden.kill()
            self._warden.wait()

    def __enter__(self) -> Self:
        """Give the running command."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever happened."""
        self.stop()


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    timeout: float = 600.0,
    stdin: bytes | None = None,
    on_start: Callable[[Sandboxed], None] = lambda _command: None,
) -> Completed:
    """Run a command to its end with a temporary home, loopback only, and limits.

    Args:
        argv: the program and its arguments.
        cwd: its working directory.
        env: variables added to `clean_environment`.
        limits: what each of its processes may use.
        timeout: seconds until it is killed.
        stdin: what it reads; nothing by default.
        on_start: gets the running command, for somebody who may want to stop it.

    Raises:
        Unavailable: the guard did not start.
    """
    room = Path(tempfile.mkdtemp(prefix="skafu-run-"))
    try:
        return _run_in(room, argv, cwd, clean_environment(room, env), limits, timeout, stdin, on_start)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _run_in(
    room: Path,
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    limits: Limits,
    timeout: float,
    stdin: bytes | None,
    on_start: Callable[[Sandboxed], None],
) -> Completed:
    begun = time.monotonic()
    with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as errors:
        given.write(stdin or b"")
        given.seek(0)
        command = Sandboxed(argv, cwd=cwd, env=env, room=room, output=output, errors=errors, limits=limits, stdin=given)
        with command:
            on_start(command)
            code = _code_within(command, timeout)
        return Completed(
            exit_code=command.wait() if code is None else code,
            stdout=_beginning_of(output),
            stderr=_beginning_of(errors),
            seconds=time.monotonic() - begun,
            timed_out=code is None,
            network_enforced=command.network_enforced,
        )


def _code_within(command: Sandboxed, timeout: float) -> int | None:
    try:
        return command.wait(timeout)
    except subprocess.TimeoutExpired:
        return None


def _beginning_of(written: IO[bytes]) -> str:
    written.seek(0)
    return written.read(_OUTPUT_BYTES).decode(errors="replace")
