"""What every engine does with events from another store before it writes: check, encode, find what is there already."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from skafu.kernel.events import START, Event, RecordedEvent
from skafu.kernel.identity import TenantId, checked_name
from skafu.storage.codec import EventCodec, StoredEvent, origin_bytes
from skafu.storage.event_store import WrongVersion

Stream = tuple[TenantId, str]
Place = tuple[TenantId, str, int]


async def imported(codec: EventCodec, events: Sequence[RecordedEvent[Event]]) -> list[StoredEvent]:
    """Events as rows that have no position yet.

    Raises:
        Invalid: a name is not usable.
        UnknownEvent: the type of an event is not registered.
    """
    rows = []
    for each in events:
        checked_name(each.tenant, "the id of a tenant")
        checked_name(each.stream, "the name of a stream")
        (event,) = await codec.encode(each.tenant, [each.event])
        meta = origin_bytes(each.record.origin)
        place = (each.event_id, each.tenant, each.stream, each.version, START)
        rows.append(StoredEvent(*place, event.type, event.schema, event.data, meta, each.recorded_at))
    return rows


def fresh(rows: Sequence[StoredEvent], versions: Mapping[Stream, int], ids: Mapping[Place, UUID]) -> list[StoredEvent]:
    """The rows that are not there yet.

    Args:
        rows: what is to be written.
        versions: the last version of each of their streams that exists.
        ids: which events have the places of these rows.

    Raises:
        WrongVersion: a row does not follow the last one of its stream, or another event has its place.
    """
    new: list[StoredEvent] = []
    last = dict(versions)
    for row in rows:
        actual = last.get((row.tenant, row.stream), 0)
        if ids.get((row.tenant, row.stream, row.version)) == row.event_id:
            continue
        if row.version != actual + 1:
            raise WrongVersion(row.stream, row.version - 1, actual)
        last[row.tenant, row.stream] = row.version
        new.append(row)
    return new
