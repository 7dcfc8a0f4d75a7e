"""What a worker gives up before it sees a template: network, children, files to write, memory, time."""

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


@dataclass(frozen=True)
class WorkerLimits:
    """What one worker may use.

    Attributes:
        memory_bytes: address space.
        cpu_seconds: processor time of one job.
        lifetime_cpu_seconds: processor time of all its jobs.
        open_files: open file descriptors.
    """

    memory_bytes: int = 1024**3
    cpu_seconds: int = 15
    lifetime_cpu_seconds: int = 300
    open_files: int = 64


def die_with_the_pool() -> None:
    """Have the kernel end this process when its parent ends."""
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)


def close_network() -> bool:
    """Move into a network namespace without any interface, where the host allows that.

    Returns:
        Whether it did.
    """
    return _call("unshare", _CLONE_NEWNET) or _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET)


def limit(limits: WorkerLimits) -> None:
    """Set the limits, for good."""
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.lifetime_cpu_seconds),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def allow_processor_time(seconds: int) -> None:
    """Let the process run so much longer; the kernel ends it after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(used.ru_utime + used.ru_stime) + seconds + 1, hard), hard))


def _call(function: str, *arguments: int) -> bool:
    """Call Linux where it is Linux."""
    call = getattr(ctypes.CDLL(None, use_errno=True), function, None)
    return os.name == "posix" and call is not None and call(*arguments) == 0
