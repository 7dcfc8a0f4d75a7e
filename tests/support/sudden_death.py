"""Lets a piece of work die like kill -9 at each of its steps on the disk."""

import os
import signal
import sys
from collections.abc import Callable

STEPS = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod"})
WRITING = os.O_WRONLY | os.O_RDWR


def dies_before(step: int, work: Callable[[], object]) -> bool:
    """Run some work in a process that is killed right before its step on the disk, the first being 0.

    Returns:
        Whether it died; it did not when it was done in fewer steps.
    """
    child = os.fork()
    if child == 0:
        _work(step, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert status == 0
    return False


def _work(step: int, work: Callable[[], object]) -> None:
    left = step

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        work()
    except BaseException:  # noqa: BLE001
        os._exit(1)
    os._exit(0)
