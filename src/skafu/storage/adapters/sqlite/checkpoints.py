"""Checkpoints and read models in SQLite."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection as SizedSet
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import msgspec

from skafu.kernel.errors import Conflict
from skafu.kernel.events import START, Cursor
from skafu.kernel.identity import Clock, TenantId
from skafu.storage.adapters.bodies import document
from skafu.storage.adapters.document_rows import DocumentRow, document_row
from skafu.storage.adapters.leases import Wish, claim_on, granted
from skafu.storage.adapters.moments import from_microseconds, to_microseconds
from skafu.storage.adapters.sqlite.document_rows import Place, remove_rows, write_rows
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.checkpoints import Change, CheckpointState, Claim, ClaimLost, DocumentKey
from skafu.storage.documents import Document

_ONE = "SELECT projection, shard, cursor, owner, fence, until FROM checkpoints WHERE projection = ? AND shard = ?"
_EVERY = "SELECT projection, shard, cursor, owner, fence, until FROM checkpoints ORDER BY projection, shard"
_KEEP = "INSERT OR REPLACE INTO checkpoints (projection, shard, cursor, owner, fence, until) VALUES (?, ?, ?, ?, ?, ?)"
_RELEASE = """
UPDATE checkpoints SET owner = '', until = 0 WHERE projection = ? AND shard = ? AND owner = ? AND fence = ?
"""
_MOVE = """
UPDATE checkpoints SET cursor = ? WHERE projection = ? AND shard = ? AND owner = ? AND fence = ? AND cursor = ?
"""
_FORGET = "DELETE FROM checkpoints WHERE projection = ?"
_LOAD = """
SELECT key, body, revision FROM documents
WHERE tenant = ? AND collection = ? AND key IN (SELECT value FROM json_each(?))
"""
_MEANING = "SELECT physical FROM collections WHERE name = ?"
_SWAP = "INSERT OR REPLACE INTO collections (name, physical) VALUES (?, ?)"
_USED = "SELECT 1 FROM collections WHERE physical = ?"


class SqliteCheckpoints:
    """Fills `Checkpoints`."""

    def __init__(self, lane: WriterLane, readers: Readers, clock: Clock) -> None:
        """Write through a lane; leases end by this clock."""
        self._lane = lane
        self._readers = readers
        self._clock = clock

    async def claim(
        self, projection: str, shard: int, owner: str, lease: timedelta, *, start: Cursor = START
    ) -> Claim | None:
        """Take or renew the right to a checkpoint."""
        return await self._lane.run(partial(_claim, Wish(projection, shard, owner, lease, start), self._clock))

    async def release(self, claim: Claim) -> None:
        """Give the right back."""
        held = (claim.projection, claim.shard, claim.owner, claim.fence)
        await self._lane.run(lambda connection: connection.execute(_RELEASE, held).rowcount)

    async def states(self) -> list[CheckpointState]:
        """All checkpoints, by name and shard."""
        rows = await self._readers.run(lambda connection: connection.execute(_EVERY).fetchall())
        return [_checkpoint(row) for row in rows]

    async def forget(self, projection: str) -> None:
        """Remove all checkpoints of a projection."""
        await self._lane.run(lambda connection: connection.execute(_FORGET, (projection,)).rowcount)


class SqliteReadModels:
    """Fills `ReadModels`."""

    def __init__(self, lane: WriterLane, readers: Readers) -> None:
        """Write through a lane and read beside it."""
        self._lane = lane
        self._readers = readers

    async def load(self, keys: SizedSet[DocumentKey]) -> dict[DocumentKey, Document]:
        """The documents among these keys that exist."""
        return await self._readers.run(partial(_load, keys))

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        """Write changes and move the checkpoint on."""
        rows = {
            Place(each.tenant, each.collection.name, each.key): None
            if each.body is None
            else document_row(each.collection, each.key, each.body)
            for each in changes
        }
        await self._lane.run(partial(_save, claim, cursor, rows))
        return msgspec.structs.replace(claim, cursor=cursor)

    async def swap(self, name: str, physical: str) -> str:
        """Let a collection's name mean another physical collection."""
        return await self._lane.run(partial(_swap, name, physical))

    async def drop(self, physical: str) -> int:
        """Remove a physical collection that no name means."""
        return await self._lane.run(partial(_drop, physical))


def _checkpoint(row: tuple[str, int, Cursor, str, int, int]) -> CheckpointState:
    return CheckpointState(*row[:5], from_microseconds(row[5]))


def _claim(wish: Wish, clock: Clock, connection: sqlite3.Connection) -> Claim | None:
    row = connection.execute(_ONE, (wish.projection, wish.shard)).fetchone()
    state = granted(wish, None if row is None else _checkpoint(row), clock())
    if state is None:
        return None
    kept = (state.projection, state.shard, state.cursor, state.owner, state.fence, to_microseconds(state.until))
    connection.execute(_KEEP, kept)
    return claim_on(state)


def _load(keys: SizedSet[DocumentKey], connection: sqlite3.Connection) -> dict[DocumentKey, Document]:
    together: defaultdict[tuple[TenantId, str], list[str]] = defaultdict(list)
    for key in keys:
        together[key.tenant, key.collection].append(key.key)
    return {
        DocumentKey(tenant, collection, row[0]): document(*row)
        for (tenant, collection), wanted in together.items()
        for row in connection.execute(_LOAD, (tenant, collection, json.dumps(wanted)))
    }


def _save(
    claim: Claim, cursor: Cursor, rows: Mapping[Place, DocumentRow | None], connection: sqlite3.Connection
) -> None:
    held = (cursor, claim.projection, claim.shard, claim.owner, claim.fence, claim.cursor)
    if connection.execute(_MOVE, held).rowcount != 1:
        raise ClaimLost(claim)
    if written := {place: row for place, row in rows.items() if row is not None}:
        write_rows(connection, written)
    if removed := [place for place, row in rows.items() if row is None]:
        remove_rows(connection, removed)


def _swap(name: str, physical: str, connection: sqlite3.Connection) -> str:
    row = connection.execute(_MEANING, (name,)).fetchone()
    connection.execute(_SWAP, (name, physical))
    return name if row is None else str(row[0])


def _drop(physical: str, connection: sqlite3.Connection) -> int:
    if connection.execute(_USED, (physical,)).fetchone():
        raise Conflict(f"collection {physical!r} is in use", fix="swap its name to another one first")
    connection.execute("DELETE FROM document_entries WHERE collection = ?", (physical,))
    return connection.execute("DELETE FROM documents WHERE collection = ?", (physical,)).rowcount
