"""Events from another store, into PostgreSQL.

Who appends cannot read what events hold, and who reads all of them cannot append: what is there already is looked up
in the feed's role, and the rest is written in the writer's. Whoever is faster in between has the primary key on their
side.
"""

from collections.abc import Callable, Sequence
from typing import Final

from psycopg.errors import UniqueViolation

from skafu.kernel.errors import Conflict
from skafu.kernel.events import Event, RecordedEvent
from skafu.storage.adapters.importing import fresh, imported
from skafu.storage.adapters.postgres.access import Pool, told
from skafu.storage.codec import EventCodec, StoredEvent

_THERE: Final = """
SELECT w.tenant, w.stream, w.version, e.id,
    coalesce((SELECT max(l.version) FROM events l WHERE l.tenant = w.tenant AND l.stream = w.stream), 0)
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS w(tenant, stream, version)
LEFT JOIN events e ON e.tenant = w.tenant AND e.stream = w.stream AND e.version = w.version
"""
_INSERT: Final = """
INSERT INTO events (epoch, xid, position, tenant, stream, version, id, type, schema, data, meta, at)
SELECT (SELECT max(epoch) FROM epochs), pg_current_xact_id(), n.place, n.tenant, n.stream, n.version, n.id, n.type,
    n.schema, n.data, n.meta, n.at
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::uuid[], %b::text[], %b::smallint[], %b::bytea[], %b::bytea[],
    %b::timestamptz[])
    WITH ORDINALITY AS n(tenant, stream, version, id, type, schema, data, meta, at, place)
ORDER BY n.place
"""


class PostgresImport:
    """Fills `Import`."""

    def __init__(self, writer: Pool, feed: Pool, codec: EventCodec, committed: Callable[[], None]) -> None:
        """Use the roles that append and that read; `committed` is called after something was written."""
        self._writer = writer
        self._feed = feed
        self._codec = codec
        self._committed = committed

    async def take(self, events: Sequence[RecordedEvent[Event]], /) -> int:
        """Write events behind all that are there."""
        rows = await imported(self._codec, events)
        new = await self._fresh(rows)
        if not new:
            return 0
        columns = [list(column) for column in zip(*(_values(row) for row in new), strict=True)]
        with told():
            async with self._writer.connection() as connection:
                try:
                    await connection.execute(_INSERT, columns)
                except UniqueViolation as error:
                    raise Conflict(
                        "somebody appends to the same streams while events are taken in", fix="take them in again"
                    ) from error
        self._committed()
        return len(new)

    async def _fresh(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        places = ([row.tenant for row in rows], [row.stream for row in rows], [row.version for row in rows])
        with told():
            async with self._feed.connection() as connection:
                there = await (await connection.execute(_THERE, places)).fetchall()
        versions = {(tenant, stream): last for tenant, stream, _, _, last in there}
        ids = {(tenant, stream, version): known for tenant, stream, version, known, _ in there if known is not None}
        return fresh(rows, versions, ids)


def _values(row: StoredEvent) -> tuple[object, ...]:
    return (
        row.tenant,
        row.stream,
        row.version,
        row.event_id,
        row.type,
        row.schema,
        row.data,
        row.meta,
        row.recorded_at,
    )
