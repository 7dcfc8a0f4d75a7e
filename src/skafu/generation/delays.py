"""Which timers a delay of their queue keeps, and which Scheduler keeps."""

from skafu.blueprint.resolved import ResolvedService, ResolvedTimer

LONGEST_DELAY = 900
"""Seconds that SQS can delay a message; Scheduler does the rest (its precision is a minute)."""


def is_short(timer: ResolvedTimer) -> bool:
    """Whether a delay of its queue is enough."""
    return timer.when is not None and timer.after_seconds is not None and timer.after_seconds <= LONGEST_DELAY


def has_long_timers(service: ResolvedService) -> bool:
    """Whether a service has timers that an event sets and that Scheduler keeps."""
    return any(timer.when and not is_short(timer) for timer in service.timers)
