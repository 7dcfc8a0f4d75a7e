"""Documents in PostgreSQL."""

from collections.abc import Sequence

from skafu.kernel.identity import TenantId, checked_name
from skafu.storage.adapters.bodies import document
from skafu.storage.adapters.document_rows import DocumentRow, document_row
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.adapters.postgres.document_rows import Place, remove_rows, write_rows
from skafu.storage.adapters.postgres.tenants import TenantSessions
from skafu.storage.documents import Body, Collection, Document, Found, Query, WrongRevision
from skafu.storage.indexing import mark_of, stretch_of

_GET = """
SELECT key, body, revision FROM documents
WHERE tenant = %s AND collection = coalesce((SELECT physical FROM collections WHERE name = %s), %s) AND key = ANY(%s)
"""
_FIND = """
SELECT e.place, d.key, d.body, d.revision FROM document_entries e
JOIN documents d ON d.tenant = e.tenant AND d.collection = e.collection AND d.key = e.key
WHERE e.tenant = %s AND e.collection = coalesce((SELECT physical FROM collections WHERE name = %s), %s)
AND e.index_name = %s AND e.place >= %s AND e.place < %s
ORDER BY e.place """
_PHYSICAL = "SELECT coalesce((SELECT physical FROM collections WHERE name = %s), %s)"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s || chr(1) || %s || chr(1) || %s, 0))"
_WRITE = """
WITH meant AS (
    SELECT coalesce((SELECT physical FROM collections WHERE name = %(name)s), %(name)s) AS collection
), place AS MATERIALIZED (
    SELECT collection, pg_advisory_xact_lock(
        hashtextextended(%(tenant)s || chr(1) || collection || chr(1) || %(key)s, 0))::text AS locked
    FROM meant
), written AS (
    INSERT INTO documents AS d (tenant, collection, key, revision, body, entries)
    SELECT %(tenant)s, collection, %(key)s, 1, %(body)s, %(entries)s FROM place WHERE locked = ''
    ON CONFLICT (tenant, collection, key)
    DO UPDATE SET revision = d.revision + 1, body = excluded.body
    WHERE %(replaces)s AND d.entries = excluded.entries
    RETURNING collection, revision
), entered AS (
    INSERT INTO document_entries (tenant, collection, key, index_name, place)
    SELECT %(tenant)s, w.collection, %(key)s, e.name, e.place
    FROM written w CROSS JOIN unnest(%(names)s::text[], %(places)s::bytea[]) AS e(name, place) WHERE w.revision = 1
)
SELECT revision FROM written
"""
"""Writes a new document, or one whose entries stay as they are, in one trip to the server; otherwise writes nothing."""
_REVISION = "SELECT revision FROM documents WHERE tenant = %s AND collection = %s AND key = %s"


class PostgresDocuments:
    """Fills `Documents`."""

    def __init__(self, sessions: TenantSessions) -> None:
        """Read and write as the tenant."""
        self._sessions = sessions

    async def get(self, tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents among these keys that exist."""
        name = collection.name
        async with self._sessions.of(tenant) as connection:
            cursor = connection.cursor(binary=True)
            await cursor.execute(_GET, (tenant, name, name, list(keys)))
            return {row[0]: document(*row) for row in await cursor.fetchall()}

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        """Write a document whole."""
        checked_name(tenant, "the id of a tenant")
        row = document_row(collection, checked_name(key, "the key of a document"), body)
        async with self._sessions.of(tenant) as connection:
            if expected == 0 or (expected is None and not collection.indexes):
                revision = await _written(connection, tenant, collection.name, row, replaces=expected is None)
                if revision is not None:
                    return revision
            async with connection.transaction():
                place = await _locked(connection, tenant, collection.name, key, expected)
                return (await write_rows(connection, {place: row}))[place]

    async def delete(self, tenant: TenantId, collection: Collection, key: str, *, expected: int | None = None) -> None:
        """Remove a document."""
        async with self._sessions.of(tenant) as connection, connection.transaction():
            await remove_rows(connection, [await _locked(connection, tenant, collection.name, key, expected)])

    async def find(self, tenant: TenantId, collection: Collection, query: Query) -> Found:
        """A page of the documents that a question is about."""
        stretch, name = stretch_of(collection, query), collection.name
        statement = _FIND + ("DESC LIMIT %s" if stretch.descending else "LIMIT %s")
        wanted = (tenant, name, name, stretch.index, stretch.low, stretch.high, stretch.limit + 1)
        async with self._sessions.of(tenant) as connection:
            cursor = connection.cursor(binary=True)
            await cursor.execute(statement, wanted)
            rows = await cursor.fetchall()
        page = rows[: stretch.limit]
        more = mark_of(query, page[-1][0]) if len(rows) > len(page) else None
        return Found(tuple(document(key, body, revision) for _, key, body, revision in page), more)


async def _written(
    connection: Connection, tenant: TenantId, name: str, row: DocumentRow, *, replaces: bool
) -> int | None:
    """The revision of a document that was written at once; none when that takes a closer look."""
    values = {"tenant": tenant, "name": name, "key": row.key, "body": row.body, "replaces": replaces}
    values |= {"entries": row.entries_bytes, "names": [each.index for each in row.entries]}
    cursor = await connection.execute(_WRITE, {**values, "places": [each.place for each in row.entries]})
    found = await cursor.fetchone()
    return None if found is None else int(found[0])


async def _locked(connection: Connection, tenant: TenantId, name: str, key: str, expected: int | None) -> Place:
    """Where a document stands, with nobody else writing it until the transaction ends.

    Raises:
        WrongRevision: it is not as expected.
    """
    (physical,) = await (await connection.execute(_PHYSICAL, (name, name))).fetchone() or (name,)
    place = Place(tenant, physical, key)
    await connection.execute(_LOCK, place)
    if expected is not None:
        row = await (await connection.execute(_REVISION, place)).fetchone()
        actual = 0 if row is None else row[0]
        if actual != expected:
            raise WrongRevision(name, key, expected, actual)
    return place
