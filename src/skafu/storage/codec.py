"""How events become rows and rows become events; the seam where personal fields are sealed."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import msgspec

from skafu.kernel.event_types import EncodedEvent, EventTypes, UnreadableEvent
from skafu.kernel.events import Cursor, Event, Record, RecordedEvent
from skafu.kernel.identity import Origin, TenantId


class Row(Record, Protocol):
    """A row of a store as a codec reads it: the record, and the event under its name and schema, as bytes."""

    @property
    def type(self) -> str:
        """The name that the event is stored under."""

    @property
    def schema(self) -> int:
        """The number of its shape."""

    @property
    def data(self) -> bytes:
        """Its fields."""


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row whose values are at hand; `meta` is the origin as JSON."""

    event_id: UUID
    tenant: TenantId
    stream: str
    version: int
    position: Cursor
    type: str
    schema: int
    data: bytes
    meta: bytes
    recorded_at: datetime

    @property
    def origin(self) -> Origin:
        """Who wanted it, and what led to it."""
        return read_origin(self.meta)


class EventCodec(Protocol):
    """Turns events into bytes and back. It may wait, for keys to be fetched."""

    async def encode(self, tenant: TenantId, events: Sequence[Event], /) -> list[EncodedEvent]:
        """Events as they are written.

        Raises:
            UnknownEvent: a type is not registered.
        """

    async def decode(self, rows: Sequence[Row], /) -> list[RecordedEvent[Event]]:
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

    async def decode(self, rows: Sequence[Row], /) -> list[RecordedEvent[Event]]:
        """Events from JSON."""
        return list(map(RecordedEvent, self._types.read_all(rows), rows))


_decode_origin = msgspec.json.Decoder(Origin).decode
_write_origin = msgspec.json.Encoder().encode


def origin_bytes(origin: Origin) -> bytes:
    """An origin as it stands in the row."""
    return _write_origin(origin)


@lru_cache(maxsize=1024)
def read_origin(meta: bytes) -> Origin:
    """An origin from the row. Events of one command have the same: it is read once.

    Raises:
        UnreadableEvent: it is no origin.
    """
    try:
        return _decode_origin(meta)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableEvent(f"the origin of an event cannot be read: {error}") from error
