"""Logs without personal data, and metrics; tracing is switched on in the stacks and needs no code."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

RELEASE = os.environ.get("RELEASE", "unreleased")
PERSONAL = frozenset(filter(None, os.environ.get("PERSONAL_FIELDS", "").split(",")))


class RedactingFormatter(LambdaPowertoolsFormatter):
    """JSON lines in which the values of personal fields are masked."""

    def serialize(self, log: Any) -> str:
        """The line of one log record, with the release that wrote it."""
        return super().serialize(redact({**log, "release": RELEASE}))


def redact(value: Any) -> Any:
    """The same value with every personal field masked, at any depth."""
    if isinstance(value, dict):
        return {key: "[redacted]" if key in PERSONAL else redact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact(item) for item in value]
    return value


logger = Logger(logger_formatter=RedactingFormatter())
metrics = Metrics()


def count(name: str) -> None:
    """Add one to a metric of the service."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def measure(milliseconds: float) -> None:
    """Note how long a request took."""
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=milliseconds)


def outcome(*, failed: bool) -> None:
    """Note whether a request, a message or a batch failed: the sum counts failures, the average is their rate."""
    metrics.add_metric(name="Failed", unit=MetricUnit.Count, value=int(failed))
