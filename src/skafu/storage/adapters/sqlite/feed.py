"""The feed of SQLite: positions are numbers in order of commit, because one transaction writes at a time."""

import sqlite3
from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

from skafu.kernel.events import START, Cursor
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.moments import from_microseconds
from skafu.storage.adapters.shared_pages import SharedPages
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.adapters.sqlite.rows import SqliteRow, rows_of
from skafu.storage.adapters.sqlite.watch import Watch
from skafu.storage.codec import EventCodec
from skafu.storage.feed import ALL, Lag, Page, Shard, UnknownCursor
from skafu.storage.tracing import reading_page

_PAGE = """
SELECT tenant, stream, version, position, id, type, schema, data, meta, at FROM events
WHERE position > ? ORDER BY position LIMIT ?
"""
_TIP = "SELECT max(position) FROM events"
_LAG = "SELECT count(*), min(position) FROM events WHERE position > ?"
_LAG_BY_TENANT = "SELECT tenant, count(*), min(position) FROM events WHERE position > ? GROUP BY tenant"
_AT = "SELECT at FROM events WHERE position = ?"
_HIGHEST: Final = 2**63


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
            page = await self._pages.read((after, limit, shard), partial(self.read, after, limit=limit, shard=shard))
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
    (position,) = connection.execute(_TIP).fetchone()
    return START if position is None else Cursor(str(position))


def _number(cursor: Cursor) -> int:
    if cursor == START:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and int(cursor) < _HIGHEST):
        raise UnknownCursor(cursor)
    return int(cursor)


def _page(after: Cursor, limit: int, shard: Shard, connection: sqlite3.Connection) -> tuple[Cursor, list[SqliteRow]]:
    place = _number(after)
    rows = rows_of(connection.execute(_PAGE, (place, limit)))
    if not rows:
        _check_known(after, place, connection)
        return after, rows
    return rows[-1].position, rows if shard.count == 1 else [row for row in rows if shard.has(row.tenant)]


def _check_known(cursor: Cursor, place: int, connection: sqlite3.Connection) -> None:
    if place > _number(_tip(connection)):
        raise UnknownCursor(cursor)


def _lag(after: Cursor, shard: Shard, connection: sqlite3.Connection) -> Lag:
    place = _number(after)
    _check_known(after, place, connection)
    if shard.count == 1:
        count, first = connection.execute(_LAG, (place,)).fetchone()
    else:
        own = [row[1:] for row in connection.execute(_LAG_BY_TENANT, (place,)) if shard.has(row[0])]
        count, first = sum(row[0] for row in own), min((row[1] for row in own), default=None)
    if first is None:
        return Lag()
    (at,) = connection.execute(_AT, (first,)).fetchone()
    return Lag(count, from_microseconds(at))
