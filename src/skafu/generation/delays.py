"""Which timers a delay of their queue keeps, and which Scheduler keeps."""

from skafu.blueprint.resolved import ResolvedService, ResolvedTimer

LONGEST_DELAY = 900
"""Seconds that SQS can delay a message; Scheduler does the rest (its precision is a minute)."""
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def lasting(seconds: int) -> str:
    """A number of seconds in the largest unit that fits: `3 days`."""
    size, unit = next((size, name) for size, name in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}{'' if seconds == size else 's'}"


def is_short(timer: ResolvedTimer) -> bool:
    """Whether a delay of its queue is enough."""
    return timer.when is not None and timer.after_seconds is not None and timer.after_seconds <= LONGEST_DELAY


def has_long_timers(service: ResolvedService) -> bool:
    """Whether a service has timers that an event sets and that Scheduler keeps."""
    return any(timer.when and not is_short(timer) for timer in service.timers)
