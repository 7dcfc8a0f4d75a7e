"""The statement that appends: one for any number of appends, each under its own expected version.

The primary key is the conflict check, and EXISTS refuses holes: there is no lock and no row for the head of a stream.
It runs in autocommit, as a transaction of its own. In a transaction that already has an id, the order within a stream
could be the other way round for those who read by transaction ids.
"""

from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.appending import Append
from skafu.storage.adapters.postgres.places import cursor_at
from skafu.storage.event_store import Appended

APPEND: Final = """
WITH wanted AS MATERIALIZED (
    SELECT w.number, w.tenant, w.stream, w.expected, w.key, CASE WHEN w.expected >= 0 THEN w.expected ELSE coalesce(
        (SELECT max(e.version) FROM events e WHERE e.tenant = w.tenant AND e.stream = w.stream), 0) END AS base
    FROM unnest(%(tenants)b::text[], %(streams)b::text[], %(expected)b::bigint[], %(keys)b::text[])
        WITH ORDINALITY AS w(tenant, stream, expected, key, number)
), fitting AS MATERIALIZED (
    SELECT * FROM wanted w
    WHERE CASE w.expected WHEN 0 THEN true WHEN -2 THEN true WHEN -1 THEN w.base > 0 ELSE EXISTS (
        SELECT FROM events e WHERE e.tenant = w.tenant AND e.stream = w.stream AND e.version = w.base) END
), fresh AS (
    SELECT f.number, f.tenant, f.stream, f.base + n.nth AS version, n.place, n.id, n.type, n.schema, n.data, n.meta
    FROM unnest(%(numbers)b::bigint[], %(nths)b::bigint[], %(ids)b::uuid[], %(types)b::text[], %(schemas)b::smallint[],
        %(data)b::bytea[], %(metas)b::bytea[])
        WITH ORDINALITY AS n(number, nth, id, type, schema, data, meta, place)
    JOIN fitting f ON f.number = n.number
), written AS (
    INSERT INTO events (epoch, xid, position, tenant, stream, version, id, type, schema, data, meta, at)
    SELECT (SELECT max(epoch) FROM epochs), pg_current_xact_id(), place, tenant, stream, version, id, type, schema,
        data, meta, %(at)b::timestamptz
    FROM fresh ORDER BY place
    RETURNING epoch, xid, tenant, stream, version, position
), last AS (
    SELECT DISTINCT ON (tenant, stream) * FROM written ORDER BY tenant, stream, version DESC
), kept AS (
    INSERT INTO command_results (tenant, key, stream, version, position)
    SELECT f.tenant, f.key, f.stream, l.version, l.epoch || '.' || l.xid || '.' || l.position
    FROM fitting f JOIN last l USING (tenant, stream) WHERE f.key IS NOT NULL
)
SELECT f.number, l.version, l.epoch, l.xid::text, l.position FROM fitting f JOIN last l USING (tenant, stream)
"""


async def write(
    connection: AsyncConnection[tuple[Any, ...]], appends: list[Append], at: datetime
) -> dict[int, Appended]:
    """Write appends to different streams in one transaction.

    Returns:
        What became of those whose stream was as expected, by their place in the list.

    Raises:
        psycopg.errors.UniqueViolation: somebody else was faster with one of the streams or keys; nothing was written.
        Unavailable: the connection is in a transaction already.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise Unavailable("events are only appended in a transaction of their own", fix="append outside of it")
    cursor = connection.cursor(binary=True)
    await cursor.execute(APPEND, _values(appends, at))
    return {
        number - 1: Appended(appends[number - 1].stream, version, cursor_at(epoch, xid, position))
        for number, version, epoch, xid, position in await cursor.fetchall()
    }


def _values(appends: list[Append], at: datetime) -> dict[str, Any]:
    rows = [
        (number, nth, identifier, event, append.meta)
        for number, append in enumerate(appends, 1)
        for nth, (identifier, event) in enumerate(zip(append.ids, append.events, strict=True), 1)
    ]
    return {
        "tenants": [append.tenant for append in appends],
        "streams": [append.stream for append in appends],
        "expected": [append.expected for append in appends],
        "keys": [append.key for append in appends],
        "numbers": [row[0] for row in rows],
        "nths": [row[1] for row in rows],
        "ids": [row[2] for row in rows],
        "types": [row[3].type for row in rows],
        "schemas": [row[3].schema for row in rows],
        "data": [row[3].data for row in rows],
        "metas": [row[4] for row in rows],
        "at": at,
    }
