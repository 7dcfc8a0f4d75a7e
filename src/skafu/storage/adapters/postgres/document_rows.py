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


_SAVE_PUT = """, put AS (
    INSERT INTO documents AS d (tenant, collection, key, revision, body, entries)
    SELECT w.tenant, w.collection, w.key, 1, w.body, w.entries
    FROM moved CROSS JOIN unnest(%(put_tenants)b::text[], %(put_collections)b::text[], %(put_keys)b::text[],
        %(bodies)b::bytea[], %(entries)b::bytea[]) AS w(tenant, collection, key, body, entries)
    ON CONFLICT (tenant, collection, key)
    DO UPDATE SET revision = d.revision + 1, body = excluded.body, entries = excluded.entries
)"""
_SAVE_REMOVE = """, removed AS (
    DELETE FROM documents d USING moved, unnest(%(removed_tenants)b::text[], %(removed_collections)b::text[],
        %(removed_keys)b::text[]) AS w(tenant, collection, key)
    WHERE d.tenant = w.tenant AND d.collection = w.collection AND d.key = w.key
)"""
_SAVE_LEAVE = """, gone AS (
    DELETE FROM document_entries e
    USING moved, unnest(%(left_tenants)b::text[], %(left_collections)b::text[], %(left_indexes)b::text[],
        %(left_places)b::bytea[]) AS w(tenant, collection, name, place)
    WHERE e.tenant = w.tenant AND e.collection = w.collection AND e.index_name = w.name AND e.place = w.place
)"""
_SAVE_ENTER = """, entered AS (
    INSERT INTO document_entries (tenant, collection, key, index_name, place)
    SELECT w.tenant, w.collection, w.key, w.name, w.place
    FROM moved CROSS JOIN unnest(%(new_tenants)b::text[], %(new_collections)b::text[], %(new_keys)b::text[],
        %(new_indexes)b::text[], %(new_places)b::bytea[]) AS w(tenant, collection, key, name, place)
)"""


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
    gone, new = _changes(before, rows)
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


async def save_rows(
    connection: Connection, moved: str, claim: Mapping[str, object], rows: Mapping[Place, DocumentRow | None]
) -> bool:
    """Move a checkpoint and write and remove its documents, in one statement: each more would be a trip to the server.

    Whoever may move the checkpoint is the only one who writes these documents: what is read of them before is what the
    statement finds, or the checkpoint has moved and nothing is written.

    Args:
        connection: in autocommit.
        moved: the update that moves the checkpoint from where it must be, and returns one row.
        claim: its values.
        rows: the documents; none for those that are to be removed.

    Returns:
        Whether the checkpoint was where it must be; nothing has happened otherwise.
    """
    written = {place: row for place, row in rows.items() if row is not None}
    removed = [place for place, row in rows.items() if row is None]
    gone, new = _changes(await _entries(connection, rows), rows) if rows else ([], [])
    parts, values = [f"WITH moved AS ({moved})"], dict(claim)
    if written:
        parts.append(_SAVE_PUT)
        values |= zip(("put_tenants", "put_collections", "put_keys"), _columns(written), strict=True)
        values |= {"bodies": [row.body for row in written.values()]}
        values |= {"entries": [row.entries_bytes for row in written.values()]}
    if removed:
        parts.append(_SAVE_REMOVE)
        values |= zip(("removed_tenants", "removed_collections", "removed_keys"), _columns(removed), strict=True)
    for part, name, entries in ((_SAVE_LEAVE, "left", gone), (_SAVE_ENTER, "new", new)):
        if entries:
            parts.append(part)
            values |= _named(name, entries)
    cursor = await connection.execute("".join([*parts, " SELECT 1 FROM moved"]), values)
    return await cursor.fetchone() is not None


def _named(name: str, entries: list[tuple[Place, Entry]]) -> dict[str, object]:
    """Entries as arrays, by the names that a statement has for them."""
    tenants, collections, keys = _columns(place for place, _ in entries)
    values: dict[str, object] = {f"{name}_tenants": tenants, f"{name}_collections": collections, f"{name}_keys": keys}
    values[f"{name}_indexes"] = [entry.index for _, entry in entries]
    return {**values, f"{name}_places": [entry.place for _, entry in entries]}


def _changes(
    before: Mapping[Place, bytes], rows: Mapping[Place, DocumentRow] | Mapping[Place, DocumentRow | None]
) -> tuple[list[tuple[Place, Entry]], list[tuple[Place, Entry]]]:
    """The entries that go and those that come."""
    gone, new = [], []
    for place, row in rows.items():
        leaving, entering = entry_changes(before.get(place), [] if row is None else row.entries)
        gone += [(place, entry) for entry in leaving]
        new += [(place, entry) for entry in entering]
    return gone, new


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
