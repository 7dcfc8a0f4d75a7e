"""The feed of PostgreSQL: transactions commit in any order, and no reader may pass one that is still under way.

A transaction's id is given when it first writes. All ids below the oldest one under way are settled, and none of them
will ever show up again: the feed reads in the order of ids, up to there.
"""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

from skafu.kernel.events import START, Cursor
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.postgres.access import Pool, told
from skafu.storage.adapters.postgres.places import Place, cursor_at, place_of
from skafu.storage.adapters.postgres.rows import rows_of
from skafu.storage.adapters.postgres.wake import Wake
from skafu.storage.adapters.shared_pages import SharedPages
from skafu.storage.codec import EventCodec
from skafu.storage.feed import ALL, Lag, Page, Shard, UnknownCursor
from skafu.storage.tracing import reading_page

HIDDEN_FIRST: Final = 0.002
HIDDEN_LAST: Final = 0.05
"""Seconds between looks while an event is there that cannot be read yet; each wait doubles up to the last."""

_PAGE = """
SELECT e.tenant, e.stream, e.version, e.epoch, xid8send(e.xid), e.position, uuid_send(e.id), e.type, e.schema, e.data,
    e.meta, timestamptz_send(e.at)
FROM events e
WHERE (e.epoch, e.xid, e.position) > (%s::smallint, %s::xid8, %s::bigint)
AND (e.xid < pg_snapshot_xmin(pg_current_snapshot()) OR e.epoch < (SELECT max(epoch) FROM epochs))
ORDER BY e.epoch, e.xid, e.position LIMIT %s
"""
_TIP = """
SELECT e.epoch, e.xid::text, e.position FROM events e
WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot()) OR e.epoch < (SELECT max(epoch) FROM epochs)
ORDER BY e.epoch DESC, e.xid DESC, e.position DESC LIMIT 1
"""
_BEYOND = """
SELECT EXISTS (SELECT FROM events e WHERE (e.epoch, e.xid, e.position) > (%(epoch)s::smallint, %(xid)s::xid8, %(at)s)),
    %(epoch)s <= max(epoch) AND (%(epoch)s < max(epoch) OR %(xid)s::xid8 < pg_snapshot_xmax(pg_current_snapshot()))
FROM epochs
"""
_LAG = """
SELECT count(*), min(e.at) FROM events e WHERE (e.epoch, e.xid, e.position) > (%s::smallint, %s::xid8, %s::bigint)
"""
_LAG_BY_TENANT = """
SELECT e.tenant, count(*), min(e.at) FROM events e
WHERE (e.epoch, e.xid, e.position) > (%s::smallint, %s::xid8, %s::bigint) GROUP BY e.tenant
"""


class _Hiding(Page, frozen=True):
    """An empty page behind which there is an event that cannot be read yet."""


class PostgresFeed:
    """Fills `Feed`."""

    def __init__(self, pool: Pool, wake: Wake, codec: EventCodec, tracer: Tracer = NOBODY) -> None:
        """Read with the rights of the feed."""
        self._pool = pool
        self._wake = wake
        self._codec = codec
        self._tracer = tracer
        self._pages = SharedPages()

    async def read(self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL) -> Page:
        """The events after a place."""
        page = await self._look(after, limit, shard)
        return page if page.events else Page((), page.cursor)

    async def _look(self, after: Cursor, limit: int, shard: Shard) -> Page:
        with reading_page(self._tracer, after, limit):
            return await self._page(after, limit, shard)

    async def _page(self, after: Cursor, limit: int, shard: Shard) -> Page:
        place = place_of(after)
        with told():
            async with self._pool.connection() as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(_PAGE, (*place, limit))
                rows = rows_of(await cursor.fetchall())
        if not rows:
            return _Hiding((), after) if await self._hidden(after, place) else Page((), after)
        own = rows if shard.count == 1 else [row for row in rows if shard.has(row.tenant)]
        return Page(tuple(await self._codec.decode(own)), rows[-1].position)

    async def subscribe(
        self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL
    ) -> AsyncGenerator[Page, None]:
        """Pages without end."""
        pause = HIDDEN_FIRST
        while True:
            ring = self._wake.listen()
            wanted = (after, limit, shard)
            page = await self._pages.read(wanted, ring, partial(self._look, after, limit, shard))
            if page.cursor != after:
                after, pause = page.cursor, HIDDEN_FIRST
                yield page
            elif isinstance(page, _Hiding):
                await asyncio.sleep(pause)
                pause = min(pause * 2, HIDDEN_LAST)
            else:
                await ring.wait()

    async def tip(self) -> Cursor:
        """The place after the last event that can be read."""
        with told():
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_TIP)).fetchone()
        return START if row is None else cursor_at(*row)

    async def lag(self, after: Cursor, *, shard: Shard = ALL) -> Lag:
        """What lies after a place."""
        place = place_of(after)
        await self._hidden(after, place)
        with told():
            async with self._pool.connection() as connection:
                if shard.count == 1:
                    count, oldest = await (await connection.execute(_LAG, place)).fetchone() or (0, None)
                    return Lag(count, oldest)
                rows = await (await connection.execute(_LAG_BY_TENANT, place)).fetchall()
        own = [row for row in rows if shard.has(row[0])]
        return Lag(sum(row[1] for row in own), min((row[2] for row in own), default=None))

    async def _hidden(self, after: Cursor, place: Place) -> bool:
        """Whether there is an event after a place, one that cannot be read yet included.

        Raises:
            UnknownCursor: the place lies beyond all that this server can have given.
        """
        with told():
            async with self._pool.connection() as connection:
                values = {"epoch": place.epoch, "xid": place.xid, "at": place.position}
                row = await (await connection.execute(_BEYOND, values)).fetchone()
        hidden, known = row or (False, False)
        if not known:
            raise UnknownCursor(after)
        return bool(hidden)
