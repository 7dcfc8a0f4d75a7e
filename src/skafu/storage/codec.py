"""How events become rows and rows become events; the seam where personal fields are sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from skafu.kernel.event_types import EncodedEvent, EventTypes
from skafu.kernel.events import Cursor, Event, RecordedEvent
from skafu.kernel.identity import Origin, TenantId


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the store, in the form that all engines share; `meta` is the origin as JSON."""

    id: UUID
    tenant: TenantId
    stream: str
    version: int
    position: Cursor
    type: str
    schema: int
    data: bytes
    meta: bytes
    at: datetime


class EventCodec(Protocol):
    """Turns events into bytes and back. It may wait, for keys to be fetched."""

    async def encode(self, tenant: TenantId, events: Sequence[Event], /) -> list[EncodedEvent]:
        """Events as they are written.

        Raises:
            UnknownEvent: a type is not registered.
        """

    async def decode(self, rows: Sequence[StoredEvent], /) -> list[RecordedEvent[Event]]:
        """Rows as they are read.

        Raises:
            UnknownEvent: a type or schema is not known.
            UnreadableEvent: the fields of an event do not fit.
        """


class PlainCodec:
    """Writes events as JSON, all fields readable."""

    def __init__(self, types: EventTypes) -> None:
        """Know these event types."""
        self._types = types

    async def encode(self, _tenant: TenantId, events: Sequence[Event], /) -> list[EncodedEvent]:
        """Events as JSON."""
        return [self._types.encode(event) for event in events]

    async def decode(self, rows: Sequence[StoredEvent], /) -> list[RecordedEvent[Event]]:
        """Events from JSON."""
        read = self._types.read
        return [recorded(row, read(row.type, row.schema, row.data)) for row in rows]


_read_origin = msgspec.json.Decoder(Origin).decode
_write_origin = msgspec.json.Encoder().encode


def origin_bytes(origin: Origin) -> bytes:
    """An origin as it stands in the row."""
    return _write_origin(origin)


def recorded(row: StoredEvent, event: Event) -> RecordedEvent[Event]:
    """A row and its event, put together."""
    origin = _read_origin(row.meta)
    return RecordedEvent(
        event,
        row.id,
        row.tenant,
        row.stream,
        row.version,
        row.position,
        origin.actor,
        origin.correlation_id,
        origin.causation_id,
        row.at,
    )
