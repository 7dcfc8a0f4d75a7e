"""Many events of many streams, written through the port of imports, as a store would have them after years."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks.store.rates import LOADED
from benchmarks.store.skafu_side import CHANGED, ORIGIN
from skafu.kernel.events import START, KnownRecord, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage import Import
from skafu.storage.projections import Recorded

TENANTS = 100
AT_ONCE = 50
"""Streams that are written in turn: the events of one do not stand side by side."""

A_TURN = 20
"""Events of each of them in one transaction."""

BLOCK = AT_ONCE * LOADED
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def place_of(number: int) -> tuple[TenantId, str]:
    """Whose a stream is, and its name; names come in no order, as ids do."""
    return TenantId(f"t-{number % TENANTS}"), f"s-{UUID(int=random.Random(number).getrandbits(128))}"


async def fill(target: Import, events: int) -> None:
    """Write streams of 100 events; `events` is a multiple of 5,000."""
    for block in range(events // BLOCK):
        places = [place_of(block * AT_ONCE + number) for number in range(AT_ONCE)]
        for first in range(1, LOADED + 1, A_TURN):
            await target.take(list(_turn(block, places, first)))


def _turn(block: int, places: list[tuple[TenantId, str]], first: int) -> Iterator[Recorded]:
    chance = random.Random(f"{block} {first}")
    for version in range(first, first + A_TURN):
        at = BEGUN + timedelta(seconds=block * LOADED + version)
        for tenant, stream in places:
            identifier = UUID(int=chance.getrandbits(128))
            yield RecordedEvent(CHANGED, KnownRecord(identifier, tenant, stream, version, START, ORIGIN, at))
