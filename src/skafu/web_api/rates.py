"""Bounds how often each caller may ask: a bucket of tokens for each, refilled steadily."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec

from skafu.kernel.errors import Refused

MOST_CALLERS: Final = 100_000
"""Callers that are remembered; the one that was quiet longest is forgotten first."""


class TooManyRequests(Refused):
    """A caller asks too often.

    Attributes:
        retry_after: seconds until the next request is let in.
    """

    def __init__(self, retry_after: int) -> None:
        """Say how long to wait."""
        super().__init__("too many requests", fix=f"wait {retry_after} s")
        self.retry_after = retry_after


class Rate(msgspec.Struct, frozen=True):
    """How much is allowed: `per_second` on average, `burst` at once."""

    per_second: float
    burst: int


class Allowance(msgspec.Struct, frozen=True):
    """What a caller has left: of how many, how many, and seconds until all is there again."""

    limit: int
    remaining: int
    reset: int
    retry_after: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether this request is one too many."""
        return self.retry_after > 0

    def headers(self) -> dict[str, str]:
        """The fields that tell it to the caller."""
        fields = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return fields | ({"Retry-After": str(self.retry_after)} if self.exhausted else {})


class RateLimiter:
    """The buckets of one process."""

    def __init__(self, rate: Rate, seconds: Callable[[], float]) -> None:
        """Allow each caller a rate.

        Args:
            rate: for each caller.
            seconds: a clock that never goes back.
        """
        self._rate = rate
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> Allowance:
        """Count a request of a caller."""
        now, burst = self._seconds(), self._rate.burst
        level, since = self._buckets.pop(caller, (float(burst), now))
        level = min(burst, level + (now - since) * self._rate.per_second)
        allowed = level >= 1
        level -= 1 if allowed else 0
        self._buckets[caller] = (level, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        wait = 0 if allowed else max(1, _up((1 - level) / self._rate.per_second))
        return Allowance(burst, int(level), _up((burst - level) / self._rate.per_second), wait)


def _up(seconds: float) -> int:
    return int(seconds) + (seconds > int(seconds))
