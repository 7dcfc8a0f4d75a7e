"""Streams and the feed in memory."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence

import msgspec

from skafu.kernel.events import START, Cursor, Event, RecordedEvent
from skafu.kernel.identity import Clock, NewId, Origin, TenantId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.appending import Append, first_result, fits, prepared
from skafu.storage.adapters.bell import Bell
from skafu.storage.codec import EventCodec, StoredEvent
from skafu.storage.event_store import Appended, ExpectedVersion, WrongVersion
from skafu.storage.feed import ALL, Lag, Page, Shard, UnknownCursor
from skafu.storage.tracing import appending, reading_page, reading_stream


class MemoryLog:
    """All rows in the order in which they were written. A row's position is its number, from 1."""

    def __init__(self, codec: EventCodec, clock: Clock, new_id: NewId) -> None:
        """Start empty."""
        self.codec = codec
        self.new_id = new_id
        self.rows: list[StoredEvent] = []
        self.streams: defaultdict[tuple[TenantId, str], list[StoredEvent]] = defaultdict(list)
        self.results: dict[tuple[TenantId, str], Appended] = {}
        self.bell = Bell()
        self._clock = clock

    def write(self, append: Append) -> Appended:
        """Write all of an append, or nothing.

        Raises:
            WrongVersion: the stream is not as expected.
            KeyReused: the key belongs to a command on another stream.
        """
        first = self.results.get((append.tenant, append.key)) if append.key else None
        if first is not None:
            return first_result(append, first.stream, first.version, first.position)
        actual = len(self.streams.get((append.tenant, append.stream), ()))
        if not fits(append.expected, actual):
            raise WrongVersion(append.stream, append.wanted, actual)
        result = self._add(append, actual)
        if append.key:
            self.results[append.tenant, append.key] = msgspec.structs.replace(result, repeated=True)
        self.bell.ring()
        return result

    def _add(self, append: Append, version: int) -> Appended:
        at, position = self._clock(), START
        for identifier, each in zip(append.ids, append.events, strict=True):
            version += 1
            position = Cursor(str(len(self.rows) + 1))
            row = StoredEvent(
                identifier,
                append.tenant,
                append.stream,
                version,
                position,
                each.type,
                each.schema,
                each.data,
                append.meta,
                at,
            )
            self.rows.append(row)
            self.streams[append.tenant, append.stream].append(row)
        return Appended(append.stream, version, position)


class MemoryEventStore:
    """Fills `EventStore`."""

    def __init__(self, log: MemoryLog, tracer: Tracer = NOBODY) -> None:
        """Write to a log."""
        self._log = log
        self._tracer = tracer

    async def append(
        self,
        tenant: TenantId,
        stream: str,
        events: Sequence[Event],
        *,
        expected: ExpectedVersion,
        origin: Origin,
        key: str | None = None,
    ) -> Appended:
        """Write events to the end of a stream."""
        log = self._log
        with appending(self._tracer, tenant, stream, len(events), origin):
            return log.write(await prepared(log.codec, log.new_id, tenant, stream, events, expected, origin, key))

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        """The events of a stream in order."""
        first = max(from_version - 1, 0)
        rows = self._log.streams.get((tenant, stream), [])[first:]
        with reading_stream(self._tracer, tenant, stream, from_version):
            return await self._log.codec.decode(rows[:limit])

    async def first_result(self, tenant: TenantId, key: str) -> Appended | None:
        """What the append with this key led to."""
        return self._log.results.get((tenant, key))


class MemoryFeed:
    """Fills `Feed`."""

    def __init__(self, log: MemoryLog, tracer: Tracer = NOBODY) -> None:
        """Read a log."""
        self._log = log
        self._tracer = tracer

    async def read(self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL) -> Page:
        """The events after a place."""
        begin = self._place(after)
        rows = self._log.rows[begin : begin + limit]
        with reading_page(self._tracer, after, limit):
            events = await self._log.codec.decode([row for row in rows if shard.has(row.tenant)])
        return Page(tuple(events), rows[-1].position if rows else after)

    async def subscribe(
        self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL
    ) -> AsyncGenerator[Page, None]:
        """Pages without end."""
        while True:
            ring = self._log.bell.listen()
            page = await self.read(after, limit=limit, shard=shard)
            if page.cursor == after:
                await ring.wait()
            else:
                after = page.cursor
                yield page

    async def tip(self) -> Cursor:
        """The place after the last event."""
        return self._log.rows[-1].position if self._log.rows else START

    async def lag(self, after: Cursor, *, shard: Shard = ALL) -> Lag:
        """What lies after a place."""
        left = [row for row in self._log.rows[self._place(after) :] if shard.has(row.tenant)]
        return Lag(len(left), left[0].recorded_at if left else None)

    def _place(self, cursor: Cursor) -> int:
        if cursor == START:
            return 0
        if not (cursor.isascii() and cursor.isdigit() and int(cursor) <= len(self._log.rows)):
            raise UnknownCursor(cursor)
        return int(cursor)
