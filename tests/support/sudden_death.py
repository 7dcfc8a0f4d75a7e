"""Lets a piece of work die like kill -9 at each of its steps: on the disk, or from call to call."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

STEPS = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod"})
WRITING = os.O_WRONLY | os.O_RDWR


def dies_before(step: int, work: Callable[[], object]) -> bool:
    """Run some work in a process that is killed right before its step on the disk, the first being 0.

    Returns:
        Whether it died; it did not when it was done in fewer steps.
    """
    return _died(lambda: _on_disk(_Countdown(step)), work)


def dies_before_call(step: int, work: Callable[[], object], *, within: Sequence[str]) -> bool:
    """Run some work in a process that is killed right before a call, in any thread, of code below these folders.

    Returns:
        Whether it died; it did not when it was done in fewer calls.
    """
    return _died(lambda: _on_calls(_Countdown(step), within), work)


class _Countdown:
    """Kills the process when it has come to its end."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _died(prepare: Callable[[], object], work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        prepare()
        _work(work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert status == 0
    return False


def _work(work: Callable[[], object]) -> NoReturn:
    try:
        work()
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _on_disk(countdown: _Countdown) -> None:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            countdown.step()

    sys.addaudithook(hook)


def _on_calls(countdown: _Countdown, within: Sequence[str]) -> None:
    def hook(frame: FrameType, event: str, _: object) -> None:
        if event in {"call", "c_call"} and any(folder in frame.f_code.co_filename for folder in within):
            countdown.step()

    threading.setprofile(hook)
    sys.setprofile(hook)
