"""Stretches of time in the words in which people are told of them."""

from typing import Final

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def spoken(seconds: float) -> str:
    """A stretch of time in the largest unit that it is whole in: "30 minutes", "1 day"."""
    whole = max(round(seconds), 1)
    size, word = next(unit for unit in _UNITS if whole % unit[0] == 0)
    count = whole // size
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
