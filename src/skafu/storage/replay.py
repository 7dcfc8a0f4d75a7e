"""Replays: events up to a point in time, folded again or copied into another store."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import takewhile
from typing import Any, TypeVar, cast

import msgspec

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.events import START, Cursor, Event
from skafu.kernel.identity import TenantId
from skafu.storage.checkpoints import DocumentKey
from skafu.storage.documents import Body
from skafu.storage.event_store import EventStore
from skafu.storage.feed import Feed, Page
from skafu.storage.importing import Import
from skafu.storage.projections.projection import Projection, Recorded
from skafu.storage.snapshots import Loaded

S = TypeVar("S")
E = TypeVar("E", bound=Event)

Transform = Callable[[Recorded], Recorded]
"""An event as another store is to have it. Within a stream, versions still follow each other from 1."""

PAGE = 500


class Until(msgspec.Struct, frozen=True):
    """Where a replay ends: everything before the end is in it, nothing after.

    Attributes:
        cursor: the last place that belongs to it.
        moment: it ends before the first event that was recorded later. Clocks of machines differ: an event that was
            recorded earlier, but stands behind that one, does not belong to it, so that what is seen fits together.
    """

    cursor: Cursor | None = None
    moment: datetime | None = None

    def of(self, events: Sequence[Recorded]) -> list[Recorded]:
        """The events of a page that belong to it."""
        places = [event.position for event in events]
        before = events[: places.index(self.cursor) + 1] if self.cursor in places else events
        return list(takewhile(lambda event: self.moment is None or event.recorded_at <= self.moment, before))


NOW = Until()
"""Ends behind the last event that is there."""


class Copied(msgspec.Struct, frozen=True):
    """What a copy has done.

    Attributes:
        read: events that were read.
        written: those that the other store did not have.
        cursor: where to go on in the first store.
    """

    read: int
    written: int
    cursor: Cursor


async def state_at(
    events: EventStore,
    decider: Decider[Any, S, E],
    tenant: TenantId,
    stream: str,
    *,
    version: int | None = None,
    moment: datetime | None = None,
) -> Loaded[S]:
    """An aggregate as it stood at a version, or before its first event that was recorded later than a moment.

    Raises:
        UnknownEvent: an event was written by a newer version of the program.
        UnreadableEvent: the fields of an event do not fit its type.
        Unavailable: the engine does not answer.
    """
    kept = Until(moment=moment).of(await events.read_stream(tenant, stream, limit=version))
    return Loaded(fold(decider, (cast("E", each.event) for each in kept)), len(kept), len(kept))


async def documents_at(feed: Feed, projection: Projection, until: Until = NOW) -> dict[DocumentKey, Body]:
    """The documents of a projection as they stood, folded in memory.

    Raises:
        Exception: whatever the projection raises.
    """
    documents: dict[DocumentKey, Body] = {}
    async with aclosing(pages(feed, until=until)) as read:
        async for page in read:
            for event in page.events:
                _fold(projection, event, documents)
    return documents


async def copy(
    feed: Feed, target: Import, *, after: Cursor = START, until: Until = NOW, transform: Transform = lambda event: event
) -> Copied:
    """Write all events into another store, page by page. It can be repeated: what is there already is passed over.

    With types on both sides, events are written in their present shapes, and personal fields are sealed with the keys
    of the other store. With `RawCodec` on both sides they are copied as they stand.

    Args:
        feed: of the store that is read.
        target: of the store that is written.
        after: where to begin.
        until: where to end.
        transform: an event as the other store is to have it.

    Raises:
        WrongVersion: the other store has other events in the same streams, or the transformation has left a hole.
    """
    done = Copied(0, 0, after)
    async with aclosing(pages(feed, after=after, until=until)) as read:
        async for page in read:
            written = await target.take([transform(event) for event in page.events])
            done = Copied(done.read + len(page.events), done.written + written, page.cursor)
    return done


async def pages(feed: Feed, *, after: Cursor = START, until: Until = NOW) -> AsyncGenerator[Page, None]:
    """Pages up to the end; in the last one, what lies behind it is left out."""
    while after != until.cursor:
        page = await feed.read(after, limit=PAGE)
        kept = until.of(page.events)
        if kept:
            yield Page(tuple(kept), kept[-1].position)
        if page.cursor == after or len(kept) < len(page.events):
            return
        after = page.cursor


def _fold(projection: Projection, event: Recorded, documents: dict[DocumentKey, Body]) -> None:
    for name in projection.keys_of(event):
        key = DocumentKey(event.tenant, projection.collection.name, name)
        after = projection.fold(documents.get(key), event)
        if after is None:
            documents.pop(key, None)
        else:
            documents[key] = after
