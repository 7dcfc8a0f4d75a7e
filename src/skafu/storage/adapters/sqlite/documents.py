"""Documents in SQLite."""

import json
import sqlite3
from collections.abc import Sequence
from functools import partial

from skafu.kernel.identity import TenantId, checked_name
from skafu.storage.adapters.bodies import document
from skafu.storage.adapters.document_rows import DocumentRow, document_row
from skafu.storage.adapters.sqlite.document_rows import Place, remove_rows, write_rows
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.documents import Body, Collection, Document, Found, Query, WrongRevision
from skafu.storage.indexing import Stretch, mark_of, stretch_of

_MEANING = "SELECT physical FROM collections WHERE name = ?"
_GET = """
SELECT key, body, revision FROM documents
WHERE tenant = ? AND collection = coalesce((SELECT physical FROM collections WHERE name = ?), ?)
AND key IN (SELECT value FROM json_each(?))
"""
_REVISION = "SELECT revision FROM documents WHERE tenant = ? AND collection = ? AND key = ?"
_FIND = """
SELECT e.place, d.key, d.body, d.revision FROM document_entries e
JOIN documents d ON d.tenant = e.tenant AND d.collection = e.collection AND d.key = e.key
WHERE e.tenant = ? AND e.collection = coalesce((SELECT physical FROM collections WHERE name = ?), ?)
AND e.index_name = ? AND e.place >= ? AND e.place < ?
ORDER BY e.place """


class SqliteDocuments:
    """Fills `Documents`."""

    def __init__(self, lane: WriterLane, readers: Readers) -> None:
        """Write through a lane and read beside it."""
        self._lane = lane
        self._readers = readers

    async def get(self, tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents among these keys that exist."""
        wanted = (tenant, collection.name, collection.name, json.dumps(list(keys)))
        rows = await self._readers.run(lambda connection: connection.execute(_GET, wanted).fetchall())
        return {row[0]: document(*row) for row in rows}

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        """Write a document whole."""
        checked_name(tenant, "the id of a tenant")
        row = document_row(collection, checked_name(key, "the key of a document"), body)
        return await self._lane.run(partial(_put, tenant, collection, row, expected))

    async def delete(self, tenant: TenantId, collection: Collection, key: str, *, expected: int | None = None) -> None:
        """Remove a document."""
        await self._lane.run(partial(_delete, tenant, collection, key, expected))

    async def find(self, tenant: TenantId, collection: Collection, query: Query) -> Found:
        """A page of the documents that a question is about."""
        stretch = stretch_of(collection, query)
        rows = await self._readers.run(partial(_find, tenant, collection.name, stretch))
        page = rows[: stretch.limit]
        more = mark_of(query, page[-1][0]) if len(rows) > len(page) else None
        return Found(tuple(document(key, body, revision) for _, key, body, revision in page), more)


def _physical(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute(_MEANING, (name,)).fetchone()
    return name if row is None else str(row[0])


def _put(
    tenant: TenantId, collection: Collection, row: DocumentRow, expected: int | None, connection: sqlite3.Connection
) -> int:
    place = Place(tenant, _physical(connection, collection.name), row.key)
    _check(connection, collection.name, place, expected)
    return write_rows(connection, {place: row})[place]


def _delete(
    tenant: TenantId, collection: Collection, key: str, expected: int | None, connection: sqlite3.Connection
) -> None:
    place = Place(tenant, _physical(connection, collection.name), key)
    _check(connection, collection.name, place, expected)
    remove_rows(connection, [place])


def _check(connection: sqlite3.Connection, name: str, place: Place, expected: int | None) -> None:
    if expected is None:
        return
    (actual,) = connection.execute(_REVISION, place).fetchone() or (0,)
    if actual != expected:
        raise WrongRevision(name, place.key, expected, actual)


def _find(
    tenant: TenantId, name: str, stretch: Stretch, connection: sqlite3.Connection
) -> list[tuple[bytes, str, bytes, int]]:
    statement = _FIND + ("DESC LIMIT ?" if stretch.descending else "LIMIT ?")
    wanted = (tenant, name, name, stretch.index, stretch.low, stretch.high, stretch.limit + 1)
    return connection.execute(statement, wanted).fetchall()
