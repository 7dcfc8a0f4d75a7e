"""A circuit breaker: while GitHub does not answer, nobody waits for it in vain."""

from datetime import datetime, timedelta
from typing import Final

from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import Clock

_FAILURES: Final = 8
_PAUSE: Final = timedelta(seconds=30)


class HostDown(Unavailable):
    """GitHub has not answered for a while."""

    def __init__(self) -> None:
        """Say what is done about it."""
        super().__init__("GitHub has not answered several times", fix="look at its status page; it is tried again soon")


class Breaker:
    """Opens after some failures in a row; then one call in a while tries whether GitHub is back."""

    def __init__(self, clock: Clock) -> None:
        """Start closed."""
        self._clock = clock
        self._failures = 0
        self._next_try: datetime | None = None

    def check(self) -> None:
        """Let a call pass, or not.

        Raises:
            HostDown: it is open.
        """
        if self._next_try is None:
            return
        now = self._clock()
        if now < self._next_try:
            raise HostDown
        self._next_try = now + _PAUSE

    def answered(self) -> None:
        """GitHub is there."""
        self._failures = 0
        self._next_try = None

    def failed(self) -> None:
        """GitHub was not there."""
        self._failures += 1
        if self._failures >= _FAILURES:
            self._next_try = self._clock() + _PAUSE
