"""The feed of SQLite: positions are numbers in order of commit, because one transaction writes at a time."""

import sqlite3
from collections.abc import AsyncGenerator
from functools import partial

from skafu.kernel.events import START, Cursor
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.moments import from_microseconds
from skafu.storage.adapters.shared_pages import SharedPages
from skafu.storage.adapters.sqlite.places import check_known, cursor_at, place_of
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.adapters.sqlite.rows import SqliteRow, rows_of
from skafu.storage.adapters.sqlite.watch import Watch
from skafu.storage.codec import EventCodec
from skafu.storage.feed import ALL, Lag, Page, Shard
from skafu.storage.tracing import reading_page

_PAGE = """
SELECT tenant, stream, version, position, id, type, schema, data, meta, at,
    (SELECT group_concat(after || ':' || epoch, ' ') FROM epochs)
FROM events
WHERE position > ? ORDER BY position LIMIT ?
"""
_TIP = "SELECT coalesce(max(position), 0), (SELECT group_concat(after || ':' || epoch, ' ') FROM epochs) FROM events"
_LAG = "SELECT count(*), min(position) FROM events WHERE position > ?"
_LAG_BY_TENANT = "SELECT tenant, count(*), min(position) FROM events WHERE position > ? GROUP BY tenant"
_AT = "SELECT at FROM events WHERE position = ?"


class SqliteFeed:
    """Fills `Feed`."""

    def __init__(self, readers: Readers, watch: Watch, codec: EventCodec, tracer: Tracer = NOBODY) -> None:
        """Read beside the writer; the watch says when there is something new."""
        self._readers = readers
        self._watch = watch
        self._codec = codec
        self._tracer = tracer
        self._pages = SharedPages()

    async def read(self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL) -> Page:
        """The events after a place."""
        with reading_page(self._tracer, after, limit):
            last, rows = await self._readers.run(partial(_page, after, limit, shard))
            return Page(tuple(await self._codec.decode(rows)), last)

    async def subscribe(
        self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL
    ) -> AsyncGenerator[Page, None]:
        """Pages without end."""
        while True:
            ring = self._watch.listen()
            place = (after, limit, shard)
            page = await self._pages.read(place, ring, partial(self.read, after, limit=limit, shard=shard))
            if page.cursor == after:
                await ring.wait()
            else:
                after = page.cursor
                yield page

    async def tip(self) -> Cursor:
        """The place after the last event."""
        return await self._readers.run(_tip)

    async def lag(self, after: Cursor, *, shard: Shard = ALL) -> Lag:
        """What lies after a place."""
        return await self._readers.run(partial(_lag, after, shard))


def _tip(connection: sqlite3.Connection) -> Cursor:
    position, epochs = connection.execute(_TIP).fetchone()
    return cursor_at(position, epochs) if position else START


def _page(after: Cursor, limit: int, shard: Shard, connection: sqlite3.Connection) -> tuple[Cursor, list[SqliteRow]]:
    rows = rows_of(connection.execute(_PAGE, (place_of(after).position, limit)))
    if not rows:
        _check(after, connection)
        return after, rows
    last = rows[-1]
    check_known(after, last.epochs, last.place)
    return last.position, rows if shard.count == 1 else [row for row in rows if shard.has(row.tenant)]


def _check(cursor: Cursor, connection: sqlite3.Connection) -> None:
    position, epochs = connection.execute(_TIP).fetchone()
    check_known(cursor, epochs, position)


def _lag(after: Cursor, shard: Shard, connection: sqlite3.Connection) -> Lag:
    _check(after, connection)
    place = place_of(after).position
    if shard.count == 1:
        count, first = connection.execute(_LAG, (place,)).fetchone()
    else:
        own = [row[1:] for row in connection.execute(_LAG_BY_TENANT, (place,)) if shard.has(row[0])]
        count, first = sum(row[0] for row in own), min((row[1] for row in own), default=None)
    if first is None:
        return Lag()
    (at,) = connection.execute(_AT, (first,)).fetchone()
    return Lag(count, from_microseconds(at))
