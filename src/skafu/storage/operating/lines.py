"""Events as lines of JSON: the fields of an event stand in the line as they stand in the store, byte for byte."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import datetime
from itertools import islice
from uuid import UUID

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.events import START, KnownRecord, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage.feed import Feed
from skafu.storage.importing import Import
from skafu.storage.projections.projection import Recorded
from skafu.storage.raw import RawEvent
from skafu.storage.replay import pages

AT_ONCE = 500
"""Events in one transaction of an import."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as a line."""

    id: UUID
    tenant: TenantId
    stream: str
    version: int
    type: str
    schema: int
    data: msgspec.Raw
    actor: Actor
    correlation_id: UUID
    causation_id: UUID
    recorded_at: datetime


class Taken(msgspec.Struct, frozen=True):
    """What an import has done: lines that were read, and events that the store did not have."""

    read: int
    written: int


_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(Line).decode


async def lines(feed: Feed) -> AsyncGenerator[bytes, None]:
    """All events in order, each as a line with its end; the feed is of a store opened with `RawCodec`.

    Raises:
        Invalid: what an event holds is no JSON.
    """
    async with aclosing(pages(feed)) as read:
        async for page in read:
            for event in page.events:
                yield _line(event) + b"\n"


async def take_in(source: Iterable[bytes], target: Import) -> Taken:
    """Write the events of lines behind all that are there. What is there already is passed over.

    Args:
        source: the lines; empty ones are left out.
        target: of a store opened with `RawCodec`.

    Raises:
        Invalid: a line is no event; those before it may have been written.
        WrongVersion: an event does not follow the last one of its stream, or another one has its place.
    """
    numbered = ((number, line) for number, line in enumerate(source, 1) if line.strip())
    read = written = 0
    while events := [_event(number, line) for number, line in islice(numbered, AT_ONCE)]:
        written += await target.take(events)
        read += len(events)
    return Taken(read, written)


def _line(event: Recorded) -> bytes:
    raw = event.event
    if not isinstance(raw, RawEvent):
        raise Invalid(f"{type(raw).__name__} is not in its stored shape", fix="open the store without event types")
    try:
        msgspec.json.decode(raw.data, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        where = f"event {event.version} of stream {event.stream!r} of {event.tenant!r}"
        raise Invalid(f"{where} holds no JSON: {error}", fix="verify the store") from error
    place = (event.event_id, event.tenant, event.stream, event.version)
    origin = (event.actor, event.correlation_id, event.causation_id)
    content = msgspec.json.format(raw.data, indent=-1) if b"\n" in raw.data else raw.data
    return _write(Line(*place, raw.type, raw.schema, msgspec.Raw(content), *origin, event.recorded_at))


def _event(number: int, line: bytes) -> Recorded:
    try:
        found = _read(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"line {number} is no event: {error}", fix="take the lines that an export wrote") from error
    if found.recorded_at.tzinfo is None or found.version < 1 or found.schema < 1:
        raise Invalid(f"line {number} is no event: its time zone, version or schema", fix="take the lines of an export")
    origin = Origin(found.actor, found.correlation_id, found.causation_id)
    place = (found.id, found.tenant, found.stream, found.version, START)
    event = RawEvent(found.type, found.schema, bytes(found.data))
    return RecordedEvent(event, KnownRecord(*place, origin, found.recorded_at))
