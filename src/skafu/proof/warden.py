"""Runs one untrusted command and outlives it: limits, closed network, and no process left behind.

A program of its own (standard library only), started by `skafu.proof.sandbox` as `python -I -S warden.py FD`, where FD
is a socket to the process that wants the command. It adopts every descendant of the command, and kills all of them
when the command ends or when the socket closes, which also happens when the wanting process is killed; then it also
removes the command's temporary folder.

Over the socket it reads one line (the plan as JSON), answers one line (pid and network), and then answers each
`listen` line with a listening socket made inside the closed network.
"""

import array
import ctypes
import fcntl
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, net/if.h


def main() -> NoReturn:
    """Read the plan, run the command, watch it, end its family, and end the way that it ended."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    plan = json.loads(_read_line(control))
    _call_libc("prctl", _PR_SET_CHILD_SUBREAPER, 1)
    closed = plan["close_network"] and _close_network()
    wakeup = _wake_on_child()
    child = _start(plan, network="closed" if closed else "open")
    control.sendall(json.dumps({"pid": child, "network_closed": closed}).encode() + b"\n")
    status = _watch(control, wakeup, child)
    _end_family(child)
    if status is None:
        shutil.rmtree(plan["room"], ignore_errors=True)
    _leave_like(signal.SIGKILL if status is None else status)


def _read_line(control: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        part = control.recv(65536)
        if not part:
            os._exit(1)
        line += part
    return bytes(line)


def _call_libc(function: str, *arguments: int) -> bool:
    """Call Linux where it is Linux; elsewhere the process group has to do."""
    call = getattr(ctypes.CDLL(None, use_errno=True), function, None)
    return call is not None and call(*arguments) == 0


def _close_network() -> bool:
    uid, gid = os.getuid(), os.getgid()
    if _call_libc("unshare", _CLONE_NEWNET):
        return _raise_loopback()
    if not _call_libc("unshare", _CLONE_NEWUSER | _CLONE_NEWNET):
        return False
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")
    return _raise_loopback()


def _write(path: str, text: str) -> None:
    Path(path).write_text(text)


def _raise_loopback() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack_from("16sh", request)[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | _IFF_UP))
    return True


def _wake_on_child() -> socket.socket:
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    theirs.settimeout(0)
    signal.set_wakeup_fd(theirs.detach())
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return ours


def _start(plan: dict[str, Any], *, network: str) -> int:
    warden = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        _call_libc("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        if os.getppid() != warden:
            os._exit(1)
        _limit(plan["limits"])
        os.execvpe(plan["argv"][0], plan["argv"], {**os.environ, "SANDBOX_NETWORK": network})  # noqa: S606
    except OSError as problem:
        print(f"cannot run {plan['argv'][0]}: {problem}", file=sys.stderr, flush=True)
    os._exit(127)


def _limit(limits: dict[str, int | None]) -> None:
    wanted = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_NPROC: _tasks_of_user() + limits["processes"] if limits["processes"] else None,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        if value is not None:
            hard = resource.getrlimit(kind)[1]
            allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (allowed, allowed))


def _tasks_of_user() -> int:
    """Count this user's threads, because the limit of processes counts all of them, not only ours."""
    return sum(threads for _pid, _parent, threads, uid in _processes() if uid == os.getuid())


def _processes() -> Iterator[tuple[int, int, int, int]]:
    """Give pid, parent, number of threads and user of every process (proc(5), /proc/PID/stat)."""
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc").is_dir() else ():
        try:
            fields = (entry / "stat").read_bytes().rpartition(b") ")[2].split()
            yield int(entry.name), int(fields[1]), int(fields[17]), entry.stat().st_uid
        except OSError:
            continue  # ended while we were looking


def _watch(control: socket.socket, wakeup: socket.socket, child: int) -> int | None:
    """Wait until the command ends (its wait status) or nobody wants it any more (None)."""
    with selectors.DefaultSelector() as ready:
        ready.register(control, selectors.EVENT_READ)
        ready.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _events in ready.select():
                if key.fileobj is wakeup:
                    wakeup.recv(4096)
                    status = _reap(child)
                    if status is not None:
                        return status
                elif not _answer(control):
                    return None


def _reap(child: int) -> int | None:
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            found = status


def _answer(control: socket.socket) -> bool:
    """Answer requests for sockets; False when the other side has gone."""
    try:
        asked = control.recv(4096)
        for _line in asked.splitlines():
            with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [server.fileno()]))
                control.sendmsg([b"+"], [rights])
    except OSError:
        return False
    return bool(asked)


def _end_family(child: int) -> None:
    """Kill every descendant, again and again, until there is none: a fork may be under way."""
    while True:
        _kill(-child)
        for pid in _descendants():
            _kill(pid)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _descendants() -> set[int]:
    parents = {pid: parent for pid, parent, _threads, _uid in _processes()}
    family = {os.getpid()}
    while True:
        grown = family | {pid for pid, parent in parents.items() if parent in family}
        if grown == family:
            return family - {os.getpid()}
        family = grown


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _leave_like(status: int) -> NoReturn:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
