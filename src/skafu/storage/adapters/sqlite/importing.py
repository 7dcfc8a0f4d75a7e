"""Events from another store, into SQLite."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from skafu.kernel.events import Event, RecordedEvent
from skafu.storage.adapters.importing import fresh, imported
from skafu.storage.adapters.moments import to_microseconds
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.codec import EventCodec, StoredEvent

_VERSION = "SELECT max(version) FROM events WHERE tenant = ? AND stream = ?"
_ID = "SELECT id FROM events WHERE tenant = ? AND stream = ? AND version = ?"
_INSERT = """
INSERT INTO events (tenant, stream, version, id, type, schema, data, meta, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class SqliteImport:
    """Fills `Import`."""

    def __init__(self, lane: WriterLane, codec: EventCodec) -> None:
        """Write through a lane."""
        self._lane = lane
        self._codec = codec

    async def take(self, events: Sequence[RecordedEvent[Event]], /) -> int:
        """Write events behind all that are there."""
        return await self._lane.run(partial(_take, await imported(self._codec, events)), appends=True)


def _take(rows: Sequence[StoredEvent], connection: sqlite3.Connection) -> int:
    streams = {(row.tenant, row.stream) for row in rows}
    versions = {stream: connection.execute(_VERSION, stream).fetchone()[0] or 0 for stream in streams}
    ids = {
        place: UUID(bytes=found[0])
        for place in ((row.tenant, row.stream, row.version) for row in rows)
        if place[2] <= versions[place[:2]] and (found := connection.execute(_ID, place).fetchone())
    }
    new = fresh(rows, versions, ids)
    connection.executemany(_INSERT, [_values(row) for row in new])
    return len(new)


def _values(row: StoredEvent) -> tuple[object, ...]:
    place = (row.tenant, row.stream, row.version, row.event_id.bytes)
    return (*place, row.type, row.schema, row.data, row.meta, to_microseconds(row.recorded_at))
