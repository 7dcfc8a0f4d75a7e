import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL
from typing import IO

import psutil
import pytest

from skafu.kernel.errors import Unavailable
from skafu.proof.sandbox import Limits, Sandboxed, clean_environment, run

MIB = 1024**2
Stream = IO[bytes] | int


def python(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


def sandboxed(argv: list[str], folder: Path, output: Stream = DEVNULL, stdin: Stream = DEVNULL) -> Sandboxed:
    room = folder / "room"
    return Sandboxed(argv, cwd=folder, env=clean_environment(room), room=room, output=output, stdin=stdin)


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Look again until it holds: processes end when the kernel gets to it."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_gives_the_exit_code_and_what_was_written(tmp_path: Path) -> None:
    done = run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"), cwd=tmp_path)
    assert (done.exit_code, done.stdout, done.stderr, done.timed_out) == (3, "out\n", "err\n", False)


def test_it_reads_what_it_is_given(tmp_path: Path) -> None:
    assert run(["cat"], cwd=tmp_path, stdin=b"given").stdout == "given"
    assert run(["cat"], cwd=tmp_path).stdout == ""


def test_the_end_by_a_signal_is_a_negative_exit_code(tmp_path: Path) -> None:
    assert run(["sh", "-c", "kill -TERM $$"], cwd=tmp_path).exit_code == -signal.SIGTERM


def test_a_program_that_is_not_there_is_exit_code_127_with_words(tmp_path: Path) -> None:
    done = run(["no-such-program"], cwd=tmp_path)
    assert done.exit_code == 127
    assert "cannot run no-such-program" in done.stderr


def test_credentials_and_settings_of_the_caller_are_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    seen = run(["env"], cwd=tmp_path, env={"GIVEN": "yes"}).stdout
    assert "secret" not in seen
    assert "GIVEN=yes\n" in seen
    assert str(Path.home()) + "\n" not in seen


def test_the_home_is_temporary(tmp_path: Path) -> None:
    home = Path(run(["sh", "-c", "touch $HOME/left && echo $HOME"], cwd=tmp_path).stdout.strip())
    assert home.is_absolute()
    assert not home.exists()


def test_only_loopback_is_reached(tmp_path: Path) -> None:
    program = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), timeout=5).close()
print("loopback")
socket.create_connection(("192.0.2.1", 80), timeout=5)
"""
    done = run(python(program), cwd=tmp_path)
    if not done.network_enforced:
        pytest.skip("this host lets nobody close a network")
    assert done.stdout == "loopback\n"
    assert "Network is unreachable" in done.stderr


def test_a_server_of_this_process_is_reached_from_the_closed_network(tmp_path: Path) -> None:
    program = "import socket, sys; print(socket.create_connection(('127.0.0.1', int(sys.stdin.readline()))).recv(9))"
    written = (tmp_path / "written").open("w+b")
    reader, writer = os.pipe()
    with (
        written,
        closing(os.fdopen(reader, "rb")) as given,
        Sandboxed(
            python(program),
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            room=tmp_path / "x",
            output=written,
            stdin=given,
        ) as command,
        command.listener() as fake,
    ):
        os.write(writer, f"{fake.getsockname()[1]}\n".encode())
        os.close(writer)
        fake.settimeout(10)
        connection, _address = fake.accept()
        with connection:
            connection.sendall(b"hello")
        assert command.wait(10) == 0
        written.seek(0)
        assert written.read() == b"b'hello'\n"


def test_time_over_kills_it_and_keeps_what_it_wrote(tmp_path: Path) -> None:
    done = run(["sh", "-c", "echo begun; sleep 60"], cwd=tmp_path, timeout=0.3)
    assert done.timed_out
    assert done.exit_code == -signal.SIGKILL
    assert done.stdout == "begun\n"
    assert done.seconds < 10


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1] + ".new", "w").write(str(os.getpid()))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        time.sleep(60)
    os._exit(0)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
"""


def test_what_it_leaves_behind_is_killed_even_a_daemon(tmp_path: Path) -> None:
    assert run(python(DAEMON, tmp_path / "pid"), cwd=tmp_path).exit_code == 0
    assert is_gone(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_caller_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    caller = f"""
from pathlib import Path
from skafu.proof.sandbox import run
run({python(DAEMON + "time.sleep(60)", tmp_path / "pid")!r}, cwd=Path({str(tmp_path)!r}))
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path / "rooms")}
    (tmp_path / "rooms").mkdir()
    with subprocess.Popen(python(caller), env=environment, stderr=DEVNULL) as process:
        assert eventually((tmp_path / "pid").exists)
        family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        assert len(family) >= 3  # the warden, the command, its daemon
        process.send_signal(number)
    pids = [*family, int((tmp_path / "pid").read_text())]
    assert eventually(lambda: all(is_gone(pid) for pid in pids))
    assert eventually(lambda: not list((tmp_path / "rooms").iterdir()))


def test_memory_is_limited(tmp_path: Path) -> None:
    done = run(python("bytearray(2**30)"), cwd=tmp_path, limits=Limits(memory_bytes=512 * MIB))
    assert "MemoryError" in done.stderr


def test_the_size_of_files_is_limited(tmp_path: Path) -> None:
    run(python("open('big', 'wb').write(bytes(2**21))"), cwd=tmp_path, limits=Limits(file_bytes=MIB))
    assert (tmp_path / "big").stat().st_size <= MIB


def test_open_files_are_limited(tmp_path: Path) -> None:
    done = run(python("f = [open('/dev/null') for _ in range(99)]"), cwd=tmp_path, limits=Limits(open_files=50))
    assert "Too many open files" in done.stderr


def test_processor_time_is_limited(tmp_path: Path) -> None:
    done = run(python("while True: pass"), cwd=tmp_path, limits=Limits(cpu_seconds=1), timeout=60)
    assert not done.timed_out
    assert done.exit_code in (-signal.SIGKILL, -signal.SIGXCPU)


def test_stop_does_nothing_the_second_time(tmp_path: Path) -> None:
    command = sandboxed(["sleep", "60"], tmp_path)
    assert command.exit_code() is None
    command.stop()
    command.stop()
    assert command.exit_code() == -signal.SIGKILL
    assert is_gone(command.pid)


def test_a_listener_of_a_command_that_has_ended_is_refused(tmp_path: Path) -> None:
    with sandboxed(["true"], tmp_path) as command:
        command.wait(10)
        with pytest.raises(Unavailable, match="has ended"):
            command.listener()
