"""When a failed batch of stream records is halved, tried again or given up; the same for mappings and pipes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from .patching import Props

# Seconds until a failed batch is tried again; AWS backs off for longer.
PAUSE = 0.2


@dataclass(frozen=True)
class Limits:
    """How long a reader tries; negative is for ever.

    Attributes:
        attempts: retries after the first failure.
        age: seconds that the oldest record may be old.
        bisect: whether a failed batch is halved first.
    """

    attempts: int = -1
    age: int = -1
    bisect: bool = False

    @classmethod
    def of(cls, settings: Props, *, bisect: bool) -> "Limits":
        """From the settings of a mapping or of a pipe's source, which name them alike."""
        attempts, age = settings.get("MaximumRetryAttempts"), settings.get("MaximumRecordAgeInSeconds")
        return cls(-1 if attempts is None else int(attempts), -1 if age is None else int(age), bisect)


@dataclass
class Progress:
    """How far a reader is with the batch that begins at a position of its stream.

    Attributes:
        position: place of the first record in the stream.
        tries: how often the batch failed as it is now.
        window: number of records to read; zero is a full batch.
        rests_until: time before which it is not tried again.
    """

    position: int
    tries: int = 0
    window: int = 0
    rests_until: float = 0.0


def after_failure(progress: Progress, limits: Limits, kept: Sequence[tuple[int, Props]], size: int) -> str:
    """What follows on a failure of the whole batch.

    Args:
        progress: is changed for the next try.
        limits: of the reader.
        kept: the records that passed the filter, each with its place in the batch.
        size: number of records of the batch, filtered ones too.

    Returns:
        The condition under which the batch is given up; empty when it is tried again.
    """
    made = float(kept[0][1]["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    if 0 < limits.age < time.time() - made:
        return "MaxRecordAgeExceeded"
    if limits.bisect and len(kept) > 1:
        # Never beyond the last kept record, so that each half has fewer of them.
        progress.window = max(1, min(size // 2, kept[-1][0]))
        return ""
    progress.tries += 1
    if 0 <= limits.attempts < progress.tries:
        return "RetryAttemptsExhausted"
    progress.rests_until = time.time() + PAUSE
    return ""
