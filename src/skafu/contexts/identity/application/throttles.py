"""Counts attempts, in documents that every process shares."""

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.domain import throttling
from skafu.contexts.identity.domain.throttling import Bucket, Rate
from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Collection, Query, WrongRevision

ATTEMPTS: Final = Collection("identity attempts", (("until",),))
_TRIES: Final = 20
_SWEPT_AT_ONCE: Final = 50


async def attempt(means: Means, what: str, whose: str, rate: Rate, now: datetime) -> int:
    """Count an attempt before it is made, so that many at once get no further than one after the other.

    Args:
        means: the store.
        what: the kind of attempt.
        whose: by whom or on whom; kept as a digest.
        rate: how many are let through.
        now: the present moment.

    Returns:
        The seconds until the next one is let through; 0: this one is.
    """
    key = _key(what, whose)
    for _ in range(_TRIES):
        bucket, revision = await _read(means, key, rate, now)
        after = throttling.taken(bucket, rate, now)
        if after is None:
            return max(throttling.seconds_until_next(bucket, rate, now), 1)
        if await _write(means, key, after, rate, revision):
            return 0
    raise Unavailable("too many attempts are made at the same moment", fix="try again")


async def was_no_failure(means: Means, what: str, whose: str, rate: Rate, now: datetime) -> None:
    """Do not count the last attempt."""
    key = _key(what, whose)
    bucket, revision = await _read(means, key, rate, now)
    await _write(means, key, throttling.given_back(bucket, rate), rate, revision)


async def sweep(means: Means, now: datetime) -> None:
    """Forget buckets that are full again."""
    query = Query(order=("until",), below=int(now.timestamp()), limit=_SWEPT_AT_ONCE)
    for found in (await means.ledger.documents.find(SYSTEM, ATTEMPTS, query)).documents:
        with suppress(WrongRevision):
            await means.ledger.documents.delete(SYSTEM, ATTEMPTS, found.key, expected=found.revision)


def _key(what: str, whose: str) -> str:
    return f"{what} {hashlib.sha256(whose.encode()).hexdigest()}"


async def _read(means: Means, key: str, rate: Rate, now: datetime) -> tuple[Bucket, int]:
    found = (await means.ledger.documents.get(SYSTEM, ATTEMPTS, [key])).get(key)
    if found is None:
        return throttling.full(rate, now), 0
    return msgspec.convert(found.body, Bucket), found.revision


async def _write(means: Means, key: str, bucket: Bucket, rate: Rate, revision: int) -> bool:
    until = int(bucket.at.timestamp() + (rate.burst - bucket.left) * rate.seconds) + 1
    body = {**msgspec.to_builtins(bucket), "until": until}
    try:
        await means.ledger.documents.put(SYSTEM, ATTEMPTS, key, body, expected=revision)
    except WrongRevision:
        return False
    return True
