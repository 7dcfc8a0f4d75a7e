"""When keys that sign access tokens are made, used and kept: a plan over moments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

SIGNS_FOR: Final = timedelta(days=30)
"""How long a key signs."""

KNOWN_BEFORE: Final = timedelta(days=1)
"""How long before it signs a key is published, so that whoever keeps the set for a day knows it."""

KEPT_AFTER: Final = timedelta(days=2)
"""How long a key is published after it has signed for the last time; longer than any token lives."""


class SigningTime(msgspec.Struct, frozen=True):
    """A key by its id, and when it signs."""

    key_id: str
    begins: datetime
    ends: datetime


def signing(keys: Sequence[SigningTime], now: datetime) -> SigningTime | None:
    """The key that signs now."""
    return next((each for each in keys if each.begins <= now < each.ends), None)


def published(keys: Sequence[SigningTime], now: datetime) -> tuple[SigningTime, ...]:
    """The keys whose signatures count, those to come included."""
    return tuple(each for each in keys if now < each.ends + KEPT_AFTER)


def next_begins(keys: Sequence[SigningTime], now: datetime) -> datetime | None:
    """When a key that has to be made now begins to sign; none when there are enough."""
    if signing(keys, now) is None:
        return now
    last = max(each.ends for each in keys)
    return last if now >= last - KNOWN_BEFORE else None


def next_change(keys: Sequence[SigningTime], now: datetime) -> datetime:
    """The next moment at which any of the other answers may change; now when there is no key."""
    moments = (moment for each in keys for moment in (each.begins, each.ends, each.ends + KEPT_AFTER))
    due = (each.ends - KNOWN_BEFORE for each in keys)
    return min((each for each in (*moments, *due) if each > now), default=now)
