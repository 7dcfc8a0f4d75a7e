"""Rows of events in PostgreSQL, which stay as they were read until somebody asks.

Ids, moments and transaction ids come as the bytes that the server sends anyway: to make objects of them costs more than
the rest of a row, and most readers look at the events alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import starmap
from typing import Any, Final
from uuid import UUID

import msgspec

from skafu.kernel.events import Cursor
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.adapters.postgres.places import cursor_at
from skafu.storage.codec import read_origin

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Where PostgreSQL counts microseconds from, in the binary form of `timestamptz`."""


class PostgresRow(msgspec.Struct, frozen=True, gc=False):
    """Fills `Row`; its fields are the columns in their order."""

    tenant: TenantId
    stream: str
    version: int
    epoch: int
    xid: bytes
    place: int
    id: bytes
    type: str
    schema: int
    data: bytes
    meta: bytes
    at: bytes

    @property
    def event_id(self) -> UUID:
        """The id of the event."""
        return UUID(bytes=self.id)

    @property
    def position(self) -> Cursor:
        """The place in the order over all events."""
        return cursor_at(self.epoch, str(int.from_bytes(self.xid, "big")), self.place)

    @property
    def origin(self) -> Origin:
        """Who wanted it, and what led to it."""
        return read_origin(self.meta)

    @property
    def recorded_at(self) -> datetime:
        """When the store took it."""
        return _EPOCH + timedelta(microseconds=int.from_bytes(self.at, "big", signed=True))


def rows_of(found: Iterable[tuple[Any, ...]]) -> list[PostgresRow]:
    """Rows from all columns."""
    return list(starmap(PostgresRow, found))


def rows_of_stream(tenant: TenantId, stream: str, found: Iterable[tuple[Any, ...]]) -> list[PostgresRow]:
    """Rows from the columns that differ within a stream."""
    return list(starmap(partial(PostgresRow, tenant, stream), found))
