"""Writes and removes many documents with their index entries in a few statements, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from skafu.kernel.identity import TenantId
from skafu.storage.adapters.document_rows import DocumentRow, entry_changes
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.indexing import Entry

_ENTRIES = """
SELECT w.tenant, w.collection, w.key, d.entries
FROM unnest(%b::text[], %b::text[], %b::text[]) AS w(tenant, collection, key) CROSS JOIN LATERAL (
    SELECT entries FROM documents d WHERE d.tenant = w.tenant AND d.collection = w.collection AND d.key = w.key LIMIT 1
) d
"""
"""Looked up one by one, whatever the planner believes of the table: a plan made while it was small reads all of it."""

_PUT = """
INSERT INTO documents AS d (tenant, collection, key, revision, body, entries)
SELECT w.tenant, w.collection, w.key, 1, w.body, w.entries
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bytea[], %b::bytea[]) AS w(tenant, collection, key, body, entries)
ON CONFLICT (tenant, collection, key)
DO UPDATE SET revision = d.revision + 1, body = excluded.body, entries = excluded.entries
RETURNING tenant, collection, key, revision
"""
_DELETE = """
DELETE FROM documents d USING unnest(%s::text[], %s::text[], %s::text[]) AS w(tenant, collection, key)
WHERE d.tenant = w.tenant AND d.collection = w.collection AND d.key = w.key
"""
_ENTER = """
INSERT INTO document_entries (tenant, collection, key, index_name, place)
SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[])
"""
_LEAVE = """
DELETE FROM document_entries e
USING unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[]) AS w(tenant, collection, key, name, place)
WHERE e.tenant = w.tenant AND e.collection = w.collection AND e.index_name = w.name AND e.place = w.place
"""


class Place(NamedTuple):
    """Where a document stands; the collection is the physical one."""

    tenant: TenantId
    collection: str
    key: str


async def write_rows(connection: Connection, rows: Mapping[Place, DocumentRow]) -> dict[Place, int]:
    """Write documents; returns their new revisions."""
    if not rows:
        return {}
    before = await _entries(connection, rows)
    values = (*_columns(rows), [row.body for row in rows.values()], [row.entries_bytes for row in rows.values()])
    cursor = await connection.execute(_PUT, values)
    revisions = {Place(*row[:3]): row[3] for row in await cursor.fetchall()}
    gone, new = [], []
    for place, row in rows.items():
        leaving, entering = entry_changes(before.get(place), row.entries)
        gone += [(place, entry) for entry in leaving]
        new += [(place, entry) for entry in entering]
    await _change(connection, _LEAVE, gone)
    await _change(connection, _ENTER, new)
    return revisions


async def remove_rows(connection: Connection, places: Iterable[Place]) -> None:
    """Remove those documents that exist."""
    wanted = list(places)
    if not wanted:
        return
    before = await _entries(connection, wanted)
    await connection.execute(_DELETE, _columns(wanted))
    gone = [(place, entry) for place, entries in before.items() for entry in entry_changes(entries, [])[0]]
    await _change(connection, _LEAVE, gone)


async def _entries(connection: Connection, places: Iterable[Place]) -> dict[Place, bytes]:
    rows = await (await connection.execute(_ENTRIES, _columns(places))).fetchall()
    return {Place(*row[:3]): row[3] for row in rows}


def _columns(places: Iterable[Place]) -> tuple[list[str], list[str], list[str]]:
    tenants, collections, keys = zip(*places, strict=True)
    return list(tenants), list(collections), list(keys)


async def _change(connection: Connection, statement: str, entries: list[tuple[Place, Entry]]) -> None:
    if entries:
        columns = _columns(place for place, _ in entries)
        names, places = [entry.index for _, entry in entries], [entry.place for _, entry in entries]
        await connection.execute(statement, (*columns, names, places))
