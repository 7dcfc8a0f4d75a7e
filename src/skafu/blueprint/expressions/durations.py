"""Reads durations as people write them: "15m", "1h30m", "3 days"."""

import re
from datetime import timedelta

from skafu.kernel.errors import Invalid

MAX_DAYS = 36_500
"""A hundred years: longer ones are mistakes, and dates end."""

_PART = re.compile(r"\s*([0-9]{1,9})\s*([a-z]+)")
_UNITS = {
    "s": "seconds",
    "sec": "seconds",
    "second": "seconds",
    "seconds": "seconds",
    "m": "minutes",
    "min": "minutes",
    "minute": "minutes",
    "minutes": "minutes",
    "h": "hours",
    "hour": "hours",
    "hours": "hours",
    "d": "days",
    "day": "days",
    "days": "days",
    "w": "weeks",
    "week": "weeks",
    "weeks": "weeks",
}
_ORDER = ("weeks", "days", "hours", "minutes", "seconds")


def duration_parts(text: str) -> dict[str, int]:
    """Read a duration into its parts.

    Args:
        text: whole numbers with units, large ones first: "15m", "1h30m", "3 days", "2 weeks 1 day".

    Returns:
        The parts as they are written, as arguments of `timedelta`: `{"hours": 1, "minutes": 30}`.

    Raises:
        Invalid: the text is no duration, or one of more than a hundred years.
    """
    parts: dict[str, int] = {}
    at = 0
    while found := _PART.match(text, at):
        unit = _UNITS.get(found.group(2), "")
        if not unit or any(_ORDER.index(unit) <= _ORDER.index(former) for former in parts):
            raise _invalid(text)
        parts[unit] = int(found.group(1))
        at = found.end()
    if not parts or text[at:].strip():
        raise _invalid(text)
    if _days(parts) > MAX_DAYS:
        raise Invalid(f"the duration {text!r} is longer than a hundred years")
    return parts


def parse_duration(text: str) -> timedelta:
    """Read a duration: "15m", "1h30m", "3 days".

    Raises:
        Invalid: the text is no duration, or one of more than a hundred years.
    """
    return timedelta(**duration_parts(text))


def _days(parts: dict[str, int]) -> float:
    seconds = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
    return sum(seconds[unit] * count for unit, count in parts.items()) / seconds["days"]


def _invalid(text: str) -> Invalid:
    fix = 'write whole numbers with units, large ones first: "90s", "15m", "1h30m", "3 days", "2 weeks"'
    return Invalid(f"{text[:40]!r} is no duration; {fix}", fix=fix)
