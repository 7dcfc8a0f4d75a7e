"""How often something may be tried: a bucket that is emptied by attempts and fills with time."""

from datetime import datetime
from typing import Final

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """So many attempts at once, then one for each so many seconds."""

    burst: int
    seconds: float


class Bucket(msgspec.Struct, frozen=True):
    """How many attempts were left at a moment."""

    left: float
    at: datetime


ACCOUNT: Final = Rate(burst=5, seconds=180)
"""Wrong passwords for one mail address: about 500 a day, however many machines try."""

ADDRESS: Final = Rate(burst=30, seconds=20)
"""Attempts from one network address, behind which there may be a whole office."""

LINKS: Final = Rate(burst=3, seconds=600)
"""Mails with a link to one address."""


def full(rate: Rate, now: datetime) -> Bucket:
    """A bucket that nobody has taken from."""
    return Bucket(rate.burst, now)


def taken(bucket: Bucket, rate: Rate, now: datetime) -> Bucket | None:
    """The bucket after an attempt; none when no attempt is left."""
    left = min(rate.burst, bucket.left + max((now - bucket.at).total_seconds(), 0) / rate.seconds)
    return Bucket(left - 1, max(now, bucket.at)) if left >= 1 else None


def seconds_until_next(bucket: Bucket, rate: Rate, now: datetime) -> int:
    """How long until an attempt is left, rounded up."""
    left = bucket.left + max((now - bucket.at).total_seconds(), 0) / rate.seconds
    return max(int((1 - left) * rate.seconds) + 1, 0) if left < 1 else 0


def given_back(bucket: Bucket, rate: Rate) -> Bucket:
    """The bucket when the last attempt does not count, because it was no failure."""
    return Bucket(min(rate.burst, bucket.left + 1), bucket.at)
