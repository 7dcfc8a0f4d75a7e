"""Checkpoints and read models in PostgreSQL, with the rights of the feed."""

from collections.abc import Collection as SizedSet
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from skafu.kernel.errors import Conflict
from skafu.kernel.events import START, Cursor
from skafu.storage.adapters.bodies import document
from skafu.storage.adapters.document_rows import document_row
from skafu.storage.adapters.leases import Wish, claim_on, granted
from skafu.storage.adapters.postgres.access import Pool, told
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.adapters.postgres.document_rows import Place, save_rows
from skafu.storage.checkpoints import Change, CheckpointState, Claim, ClaimLost, DocumentKey
from skafu.storage.documents import Document

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s || chr(1) || %s, 1))"
_ONE = """
SELECT projection, shard, cursor, owner, fence, until, clock_timestamp() FROM checkpoints
WHERE projection = %s AND shard = %s
"""
_NOW = "SELECT clock_timestamp()"
_EVERY = "SELECT projection, shard, cursor, owner, fence, until FROM checkpoints ORDER BY projection, shard"
_KEEP = """
INSERT INTO checkpoints (projection, shard, cursor, owner, fence, until) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (projection, shard)
DO UPDATE SET owner = excluded.owner, fence = excluded.fence, until = excluded.until
"""
_RELEASE = """
UPDATE checkpoints SET owner = '', until = 'epoch'
WHERE projection = %s AND shard = %s AND owner = %s AND fence = %s
"""
_MOVE = """
UPDATE checkpoints SET cursor = %(cursor)s WHERE projection = %(projection)s AND shard = %(shard)s
AND owner = %(owner)s AND fence = %(fence)s AND cursor = %(before)s RETURNING 1
"""
_FORGET = "DELETE FROM checkpoints WHERE projection = %s"
_LOAD = """
SELECT w.tenant, w.collection, w.key, d.body, d.revision
FROM unnest(%b::text[], %b::text[], %b::text[]) AS w(tenant, collection, key) CROSS JOIN LATERAL (
    SELECT body, revision FROM documents d
    WHERE d.tenant = w.tenant AND d.collection = w.collection AND d.key = w.key LIMIT 1
) d
"""
"""Looked up one by one, like the entries that are written beside them."""
_MEANING = "SELECT physical FROM collections WHERE name = %s"
_SWAP = """
INSERT INTO collections (name, physical) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET physical = excluded.physical
"""
_USED = "SELECT 1 FROM collections WHERE physical = %s"


class PostgresCheckpoints:
    """Fills `Checkpoints`. Leases end by the clock of the server."""

    def __init__(self, pool: Pool) -> None:
        """Use connections with the rights of the feed."""
        self._pool = pool

    async def claim(
        self, projection: str, shard: int, owner: str, lease: timedelta, *, start: Cursor = START
    ) -> Claim | None:
        """Take or renew the right to a checkpoint."""
        wish = Wish(projection, shard, owner, lease, start)
        with told():
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(_LOCK, (projection, str(shard)))
                return await _claim(connection, wish)

    async def release(self, claim: Claim) -> None:
        """Give the right back."""
        await self._do(_RELEASE, (claim.projection, claim.shard, claim.owner, claim.fence))

    async def states(self) -> list[CheckpointState]:
        """All checkpoints, by name and shard."""
        with told():
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(_EVERY)).fetchall()
        return [CheckpointState(*row) for row in rows]

    async def forget(self, projection: str) -> None:
        """Remove all checkpoints of a projection."""
        await self._do(_FORGET, (projection,))

    async def _do(self, statement: str, values: tuple[Any, ...]) -> None:
        with told():
            async with self._pool.connection() as connection:
                await connection.execute(statement, values)


async def _claim(connection: Connection, wish: Wish) -> Claim | None:
    row = await (await connection.execute(_ONE, (wish.projection, wish.shard))).fetchone()
    if row is None:
        (now,) = await (await connection.execute(_NOW)).fetchone() or (None,)
        state = granted(wish, None, now)
    else:
        state = granted(wish, CheckpointState(*row[:6]), row[6])
    if state is None:
        return None
    await connection.execute(_KEEP, msgspec.structs.astuple(state))
    return claim_on(state)


class PostgresReadModels:
    """Fills `ReadModels`."""

    def __init__(self, pool: Pool) -> None:
        """Use connections with the rights of the feed."""
        self._pool = pool

    async def load(self, keys: SizedSet[DocumentKey]) -> dict[DocumentKey, Document]:
        """The documents among these keys that exist."""
        columns = [[key.tenant for key in keys], [key.collection for key in keys], [key.key for key in keys]]
        with told():
            async with self._pool.connection() as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(_LOAD, columns)
                return {DocumentKey(*row[:3]): document(*row[2:]) for row in await cursor.fetchall()}

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        """Write changes and move the checkpoint on."""
        rows = {
            Place(each.tenant, each.collection.name, each.key): None
            if each.body is None
            else document_row(each.collection, each.key, each.body)
            for each in changes
        }
        held = {**msgspec.structs.asdict(claim), "before": claim.cursor, "cursor": cursor}
        with told():
            async with self._pool.connection() as connection:
                if not await save_rows(connection, _MOVE, held, rows):
                    raise ClaimLost(claim)
        return msgspec.structs.replace(claim, cursor=cursor)

    async def swap(self, name: str, physical: str) -> str:
        """Let a collection's name mean another physical collection."""
        with told():
            async with self._pool.connection() as connection, connection.transaction():
                row = await (await connection.execute(_MEANING, (name,))).fetchone()
                await connection.execute(_SWAP, (name, physical))
        return name if row is None else str(row[0])

    async def drop(self, physical: str) -> int:
        """Remove a physical collection that no name means."""
        with told():
            async with self._pool.connection() as connection, connection.transaction():
                if await (await connection.execute(_USED, (physical,))).fetchone():
                    raise Conflict(f"collection {physical!r} is in use", fix="swap its name to another one first")
                await connection.execute("DELETE FROM document_entries WHERE collection = %s", (physical,))
                return (await connection.execute("DELETE FROM documents WHERE collection = %s", (physical,))).rowcount
