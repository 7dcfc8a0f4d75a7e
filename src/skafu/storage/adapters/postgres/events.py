"""Streams in PostgreSQL."""

from collections.abc import Sequence

from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import NewId, Origin, TenantId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.appending import HIGHEST, prepared
from skafu.storage.adapters.postgres.lane import WriterLane
from skafu.storage.adapters.postgres.rows import rows_of_stream
from skafu.storage.adapters.postgres.tenants import TenantSessions
from skafu.storage.codec import EventCodec
from skafu.storage.event_store import Appended, ExpectedVersion
from skafu.storage.tracing import appending, reading_stream

_STREAM = """
SELECT version, epoch, xid8send(xid), position, uuid_send(id), type, schema, data, meta, timestamptz_send(at)
FROM events
WHERE tenant = %s AND stream = %s AND version >= %s ORDER BY version LIMIT %s
"""
_RESULT = "SELECT stream, version, position FROM command_results WHERE tenant = %s AND key = %s"


class PostgresEventStore:
    """Fills `EventStore`."""

    def __init__(
        self,
        lane: WriterLane,
        sessions: TenantSessions,
        codec: EventCodec,
        new_id: NewId,
        tracer: Tracer = NOBODY,
    ) -> None:
        """Write through a lane; read as the tenant."""
        self._lane = lane
        self._sessions = sessions
        self._codec = codec
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
            return await self._lane.append(append)

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        """The events of a stream in order."""
        with reading_stream(self._tracer, tenant, stream, from_version):
            async with self._sessions.of(tenant) as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(_STREAM, (tenant, stream, min(from_version, HIGHEST), limit))
                found = await cursor.fetchall()
            return await self._codec.decode(rows_of_stream(tenant, stream, found))

    async def first_result(self, tenant: TenantId, key: str) -> Appended | None:
        """What the append with this key led to."""
        async with self._sessions.of(tenant) as connection:
            row = await (await connection.execute(_RESULT, (tenant, key))).fetchone()
        return None if row is None else Appended(stream=row[0], version=row[1], position=row[2], repeated=True)
