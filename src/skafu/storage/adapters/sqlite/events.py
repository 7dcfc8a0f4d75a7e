"""Streams in SQLite."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import Clock, NewId, Origin, TenantId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.appending import HIGHEST, Append, first_result, fits, prepared
from skafu.storage.adapters.moments import to_microseconds
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.adapters.sqlite.places import cursor_at
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.adapters.sqlite.rows import SqliteRow, rows_of_stream
from skafu.storage.codec import EventCodec
from skafu.storage.event_store import Appended, ExpectedVersion, WrongVersion
from skafu.storage.tracing import appending, reading_stream

_VERSION = """
SELECT max(version), (SELECT group_concat(after || ':' || epoch, ' ') FROM epochs) FROM events
WHERE tenant = ? AND stream = ?
"""
_INSERT = """
INSERT INTO events (tenant, stream, version, id, type, schema, data, meta, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_RESULT = "SELECT stream, version, position FROM command_results WHERE tenant = ? AND key = ?"
_KEEP_RESULT = "INSERT INTO command_results (tenant, key, stream, version, position) VALUES (?, ?, ?, ?, ?)"
_STREAM = """
SELECT version, position, id, type, schema, data, meta, at,
    (SELECT group_concat(after || ':' || epoch, ' ') FROM epochs)
FROM events
WHERE tenant = ? AND stream = ? AND version >= ? ORDER BY version LIMIT ?
"""
_UNLIMITED = -1


class SqliteEventStore:
    """Fills `EventStore`."""

    def __init__(
        self,
        lane: WriterLane,
        readers: Readers,
        codec: EventCodec,
        clock: Clock,
        new_id: NewId,
        tracer: Tracer = NOBODY,
    ) -> None:
        """Write through a lane and read beside it."""
        self._lane = lane
        self._readers = readers
        self._codec = codec
        self._clock = clock
        self._new_id = new_id
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
        with appending(self._tracer, tenant, stream, len(events), origin):
            append = await prepared(self._codec, self._new_id, tenant, stream, events, expected, origin, key)
            return await self._lane.run(partial(_write, append, self._clock), appends=True)

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        """The events of a stream in order."""
        first, most = min(from_version, HIGHEST), _UNLIMITED if limit is None else limit
        with reading_stream(self._tracer, tenant, stream, from_version):
            return await self._codec.decode(await self._readers.run(partial(_rows, tenant, stream, first, most)))

    async def first_result(self, tenant: TenantId, key: str) -> Appended | None:
        """What the append with this key led to."""
        return await self._readers.run(partial(_result, tenant, key))


def _write(append: Append, clock: Clock, connection: sqlite3.Connection) -> Appended:
    first = _result(append.tenant, append.key, connection) if append.key else None
    if first is not None:
        return first_result(append, first.stream, first.version, first.position)
    last, epochs = connection.execute(_VERSION, (append.tenant, append.stream)).fetchone()
    actual = last or 0
    if not fits(append.expected, actual):
        raise WrongVersion(append.stream, append.wanted, actual)
    position = _insert(append, actual, to_microseconds(clock()), connection)
    result = Appended(append.stream, actual + len(append.events), cursor_at(position, epochs))
    if append.key:
        place = (append.tenant, append.key, result.stream, result.version, result.position)
        connection.execute(_KEEP_RESULT, place)
    return result


def _insert(append: Append, version: int, at: int, connection: sqlite3.Connection) -> int:
    tenant, stream, meta, position = append.tenant, append.stream, append.meta, 0
    for identifier, event in zip(append.ids, append.events, strict=True):
        version += 1
        row = (tenant, stream, version, identifier.bytes, event.type, event.schema, event.data, meta, at)
        position = connection.execute(_INSERT, row).lastrowid or 0
    return position


def _result(tenant: TenantId, key: str, connection: sqlite3.Connection) -> Appended | None:
    row = connection.execute(_RESULT, (tenant, key)).fetchone()
    return None if row is None else Appended(stream=row[0], version=row[1], position=row[2], repeated=True)


def _rows(
    tenant: TenantId, stream: str, from_version: int, limit: int, connection: sqlite3.Connection
) -> list[SqliteRow]:
    found = connection.execute(_STREAM, (tenant, stream, from_version, limit))
    return rows_of_stream(tenant, stream, found)
