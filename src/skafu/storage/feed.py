"""The port that reads all events in order, across tenants: for the runner of projections alone."""

import zlib
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Protocol

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.events import START, Cursor, Event, RecordedEvent


class Shard(msgspec.Struct, frozen=True):
    """One of `count` parts of the tenants, from 0."""

    index: int = 0
    count: int = 1

    def has(self, tenant: str) -> bool:
        """Whether the events of a tenant belong to this part. The same in every process and for ever."""
        return self.count == 1 or zlib.crc32(tenant.encode()) % self.count == self.index


ALL = Shard()
"""All tenants in one part."""


class Page(msgspec.Struct, frozen=True):
    """Some events in order.

    Attributes:
        events: those of the shard; may be none although others were passed.
        cursor: where to go on; the same as before when nothing was there.
    """

    events: tuple[RecordedEvent[Event], ...]
    cursor: Cursor


class Lag(msgspec.Struct, frozen=True):
    """What a reader has not seen yet.

    Attributes:
        events: how many.
        oldest: when the first of them was recorded.
    """

    events: int = 0
    oldest: datetime | None = None


class UnknownCursor(Invalid):
    """A cursor that this store has never given."""

    def __init__(self, cursor: Cursor) -> None:
        """Show the cursor."""
        super().__init__(f"the cursor {cursor!r} is not of this store", fix="start again from the beginning")


class Feed(Protocol):
    """All events of all tenants. An event that has been passed never shows up behind a cursor later."""

    async def read(self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL) -> Page:
        """The events after a place; at most `limit`, those of other shards counted.

        Raises:
            UnknownCursor: the cursor is not of this store.
        """

    def subscribe(self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL) -> AsyncGenerator[Page, None]:
        """Pages without end: those that are there, then each as it comes. Every page goes on from the one before.

        Close the iterator (`contextlib.aclosing`) to let go.

        Raises:
            UnknownCursor: the cursor is not of this store.
        """

    async def tip(self) -> Cursor:
        """The place after the last event that can be read."""

    async def lag(self, after: Cursor, *, shard: Shard = ALL) -> Lag:
        """What lies after a place, what cannot be read yet included.

        Raises:
            UnknownCursor: the cursor is not of this store.
        """
