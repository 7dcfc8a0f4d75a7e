"""Whether a store is whole: its files, its streams, its events and its checkpoints."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import EncodedEvent, EventTypes, UnknownEvent
from skafu.storage.operating.status import builds_of, shard_counts
from skafu.storage.operations import Operations
from skafu.storage.projections.projection import Recorded
from skafu.storage.projections.swapping import RETIRED
from skafu.storage.raw import RawEvent
from skafu.storage.replay import pages
from skafu.storage.storage import Storage

MOST_FAULTS = 100
"""Enough to see what is wrong; more of the same help nobody."""


class Verified(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        events: how many were read.
        faults: a sentence for each thing that is wrong; at most 100 of each kind.
        unknown: types that the program does not know; no fault, they are only not decoded.
    """

    events: int
    faults: tuple[str, ...]
    unknown: tuple[str, ...]


async def verify(storage: Storage, operations: Operations, types: EventTypes | None = None) -> Verified:
    """Read everything and say what is wrong.

    Args:
        storage: opened with `RawCodec`.
        operations: of the same store.
        types: events of these types are decoded as well, unless personal fields are sealed in them.

    Raises:
        Unavailable: the engine does not answer.
    """
    faults = [f"the engine finds: {each}" for each in (await operations.damage())[:MOST_FAULTS]]
    if faults:
        return Verified(0, tuple(faults), ())
    faults += [
        f"stream {each.stream!r} of {each.tenant!r} has {each.events} events, but its last version is {each.last}"
        for each in await operations.holes(limit=MOST_FAULTS)
    ]
    reading = _Reading(types)
    async with aclosing(pages(storage.feed)) as read:
        async for page in read:
            for event in page.events:
                reading.see(event)
    faults += reading.faults[:MOST_FAULTS]
    faults += [fault async for fault in _checkpoints(storage)]
    return Verified(reading.events, tuple(faults), tuple(sorted(reading.unknown)))


class _Reading:
    """What one pass over all events finds."""

    def __init__(self, types: EventTypes | None) -> None:
        self._types = types
        self._known = {each.name for each in types or ()}
        self._last: dict[tuple[str, str], int] = {}
        self.events = 0
        self.faults: list[str] = []
        self.unknown: set[str] = set()

    def see(self, event: Recorded) -> None:
        """Check an event, and that it stands behind the one before."""
        self.events += 1
        stream = (event.tenant, event.stream)
        if event.version <= self._last.get(stream, 0):
            self._say(event, "stands behind a later one of its stream")
        self._last[stream] = max(event.version, self._last.get(stream, 0))
        try:
            # Reading is what is tried here: a store gives these parts of a row only when they are asked for.
            _ = event.record.origin, event.event_id, event.recorded_at
        except (Invalid, ValueError, OverflowError) as error:
            self._say(event, f"has a record that cannot be read: {error}")
        if isinstance(event.event, RawEvent):
            self._decode(event, event.event)

    def _decode(self, event: Recorded, raw: RawEvent) -> None:
        try:
            fields = msgspec.json.decode(raw.data, type=dict[str, msgspec.Raw])
            if raw.type not in self._known or self._types is None:
                self.unknown.add(raw.type)
            elif "~sealed" not in fields:
                self._types.decode(EncodedEvent(raw.type, raw.schema, raw.data))
        except UnknownEvent:
            self.unknown.add(f"{raw.type} (schema {raw.schema})")
        except (Invalid, msgspec.MsgspecError, UnicodeDecodeError) as error:
            self._say(event, f"cannot be read: {error}")

    def _say(self, event: Recorded, fault: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"event {event.version} of stream {event.stream!r} of {event.tenant!r} {fault}")


async def _checkpoints(storage: Storage) -> AsyncIterator[str]:
    counts = shard_counts(await builds_of(storage.documents))
    for state in await storage.checkpoints.states():
        place = f"checkpoint {state.projection!r}, shard {state.shard},"
        try:
            await storage.feed.lag(state.cursor)
        except Invalid as error:
            yield f"{place} stands nowhere: {error.message}"
        if state.owner != RETIRED and state.shard >= counts.get(state.projection, state.shard + 1):
            yield f"{place} is one too many: there are {counts[state.projection]} shards"
