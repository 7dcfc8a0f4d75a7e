"""Events as they are stored, without their types: for operators' tools, copies and exports."""

from collections.abc import Sequence

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import EncodedEvent
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage.codec import Row


class RawEvent(Event, frozen=True):
    """An event in its stored shape: sealed fields stay sealed, old shapes stay old.

    Attributes:
        type: the name that it is stored under.
        schema: the number of its shape.
        data: its fields, as they stand in the store.
    """

    type: str
    schema: int
    data: bytes


class RawCodec:
    """Fills `EventCodec` with events as they are stored."""

    async def encode(self, _tenant: TenantId, events: Sequence[Event], /) -> list[EncodedEvent]:
        """Events as they were stored elsewhere.

        Raises:
            Invalid: an event is not in its stored shape.
        """
        return [_encoded(event) for event in events]

    async def decode(self, rows: Sequence[Row], /) -> list[RecordedEvent[Event]]:
        """Rows as they are."""
        return [RecordedEvent(RawEvent(row.type, row.schema, row.data), row) for row in rows]


def _encoded(event: Event) -> EncodedEvent:
    if not isinstance(event, RawEvent):
        raise Invalid(f"{type(event).__name__} is not in its stored shape", fix="write it with the codec of its types")
    return EncodedEvent(event.type, event.schema, event.data)
