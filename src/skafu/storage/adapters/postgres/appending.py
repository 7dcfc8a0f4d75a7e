"""The statement that appends: one for any number of appends, each under its own expected version.

The primary key is the conflict check, and a look at the version before refuses holes: there is no lock and no row for
the head of a stream. That look is no EXISTS: in a plan that is made once, while the table is small, PostgreSQL answers
an EXISTS by reading the whole table, and each append would take longer than the one before.

It runs in autocommit, as a transaction of its own. In a transaction that already has an id, the order within a stream
could be the other way round for those who read by transaction ids.
"""

from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8

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
    WHERE CASE w.expected WHEN 0 THEN true WHEN -2 THEN true WHEN -1 THEN w.base > 0 ELSE (SELECT true
        FROM events e WHERE e.tenant = w.tenant AND e.stream = w.stream AND e.version = w.base) END
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

APPEND_ONE: Final = """
WITH wanted AS MATERIALIZED (
    SELECT CASE WHEN %(expected)b >= 0 THEN %(expected)b ELSE coalesce((SELECT max(e.version) FROM events e
        WHERE e.tenant = %(tenant)b::text AND e.stream = %(stream)b::text), 0) END AS base
), written AS (
    INSERT INTO events (epoch, xid, position, tenant, stream, version, id, type, schema, data, meta, at)
    SELECT (SELECT max(epoch) FROM epochs), pg_current_xact_id(), 1, %(tenant)b::text, %(stream)b::text, w.base + 1,
        %(id)b::uuid, %(type)b::text, %(schema)b::smallint, %(data)b::bytea, %(meta)b::bytea, %(at)b::timestamptz
    FROM wanted w
    WHERE CASE %(expected)b WHEN 0 THEN true WHEN -2 THEN true WHEN -1 THEN w.base > 0 ELSE (SELECT true
        FROM events e WHERE e.tenant = %(tenant)b::text AND e.stream = %(stream)b::text AND e.version = w.base) END
    RETURNING version, epoch, xid, position
), kept AS (
    INSERT INTO command_results (tenant, key, stream, version, position)
    SELECT %(tenant)b::text, %(key)b::text, %(stream)b::text, n.version, n.epoch || '.' || n.xid || '.' || n.position
    FROM written n WHERE %(key)b::text IS NOT NULL
)
SELECT 1, version, epoch, xid::text, position FROM written
"""
"""The same for one append of one event, as most are: without arrays and joins it takes a quarter less time."""


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
    if len(appends) == 1 and len(appends[0].events) == 1:
        await cursor.execute(APPEND_ONE, _values_of_one(appends[0], at))
    else:
        await cursor.execute(APPEND, _values(appends, at))
    return {
        number - 1: Appended(appends[number - 1].stream, version, cursor_at(epoch, xid, position))
        for number, version, epoch, xid, position in await cursor.fetchall()
    }


def _values_of_one(append: Append, at: datetime) -> dict[str, Any]:
    (event,) = append.events
    return {
        "tenant": append.tenant,
        "stream": append.stream,
        # Of one width, or the statement would be planned again for larger numbers.
        "expected": Int8(append.expected),
        "key": append.key,
        "id": append.ids[0],
        "type": event.type,
        "schema": event.schema,
        "data": event.data,
        "meta": append.meta,
        "at": at,
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
