"""Moments as whole microseconds, for engines that have no type for them."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(microseconds=1)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // _STEP


def from_microseconds(microseconds: int) -> datetime:
    """The moment in UTC; exact for the next centuries, in which a float holds every microsecond."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
