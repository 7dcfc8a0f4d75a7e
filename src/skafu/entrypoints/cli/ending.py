"""How a command ends when somebody wants it to."""

import signal
import threading


def end_like_ctrl_c() -> None:
    """Let a request to end (kill, a closed terminal, a cancelled build) clean up as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL and threading.current_thread() is threading.main_thread():
            signal.signal(number, signal.default_int_handler)
