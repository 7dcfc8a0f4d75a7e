"""What a side measured: how many a second, and how long one took."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

TEXT = "Retries must be idempotent; use the event id as the key. Back off with jitter, give up after six tries. " * 3
SECONDS = 2.0
CALLERS = 32
LOADED = 100
FILLED = 20_000
EACH = 40
PROJECTED = 2_000
PACED = 300
GAP = 0.01
PAGE = 500


@dataclass(frozen=True)
class Rate:
    """How many a second; of single waits the 99th of a hundred and the longest; what each took of a processor."""

    a_second: float
    p99: float = 0.0
    longest: float = 0.0
    processor: float = 0.0

    def text(self) -> str:
        """For another process to read."""
        return json.dumps(asdict(self))


def rate_of(waits: Sequence[float], seconds: float, processor: float = 0.0) -> Rate:
    """The rate of all waits within some seconds, of which the process used some on a processor."""
    ordered = sorted(waits)
    return Rate(len(ordered) / seconds, ordered[int(len(ordered) * 0.99)], ordered[-1], processor / len(ordered))


def together(rates: Sequence[Rate]) -> Rate:
    """Of several processes: the sum of the rates, the worst of the waits, the middle of what each took."""
    return Rate(
        sum(r.a_second for r in rates),
        max(r.p99 for r in rates),
        max(r.longest for r in rates),
        statistics.median(r.processor for r in rates),
    )


def middle(rates: Sequence[Rate]) -> Rate:
    """The median of several runs."""
    return Rate(*(statistics.median(values) for values in zip(*(asdict(rate).values() for rate in rates), strict=True)))


class Stopwatch:
    """Collects waits until the time is up."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.waits: list[float] = []
        self.begun = time.perf_counter()
        self._processor = time.process_time()
        self._end = self.begun + seconds

    def running(self) -> bool:
        return time.perf_counter() < self._end

    def rate(self) -> Rate:
        spent = time.process_time() - self._processor
        return rate_of(self.waits, time.perf_counter() - self.begun, spent)

    def of(self, many: int) -> Rate:
        """The rate of what was done until now."""
        return Rate(many / (time.perf_counter() - self.begun))
