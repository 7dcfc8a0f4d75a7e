"""Rows of events in SQLite, which stay as they were read until somebody asks.

Most readers of a stream look at the events alone. Ids, moments and origins cost more to make than the rest of a row.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import starmap
from typing import Any
from uuid import UUID

import msgspec

from skafu.kernel.events import Cursor
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.adapters.moments import from_microseconds
from skafu.storage.adapters.sqlite.places import cursor_at
from skafu.storage.codec import read_origin


class SqliteRow(msgspec.Struct, frozen=True, gc=False):
    """Fills `Row`; its fields are the columns in their order."""

    tenant: TenantId
    stream: str
    version: int
    place: int
    id: bytes
    type: str
    schema: int
    data: bytes
    meta: bytes
    at: int
    epochs: str | None

    @property
    def event_id(self) -> UUID:
        """The id of the event."""
        return UUID(bytes=self.id)

    @property
    def position(self) -> Cursor:
        """The place in the order of commit."""
        return cursor_at(self.place, self.epochs)

    @property
    def origin(self) -> Origin:
        """Who wanted it, and what led to it."""
        return read_origin(self.meta)

    @property
    def recorded_at(self) -> datetime:
        """When the store took it."""
        return from_microseconds(self.at)


def rows_of(found: Iterable[tuple[Any, ...]]) -> list[SqliteRow]:
    """Rows from all columns."""
    return list(starmap(SqliteRow, found))


def rows_of_stream(tenant: TenantId, stream: str, found: Iterable[tuple[Any, ...]]) -> list[SqliteRow]:
    """Rows from the columns that differ within a stream."""
    return list(starmap(partial(SqliteRow, tenant, stream), found))
