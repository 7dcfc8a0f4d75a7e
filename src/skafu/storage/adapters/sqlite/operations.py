"""Operators' questions to a SQLite file, and its copies while others work with it."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from skafu.kernel.errors import Conflict, Invalid
from skafu.storage.adapters.moments import from_microseconds
from skafu.storage.adapters.sqlite.connections import connect, told
from skafu.storage.adapters.sqlite.side_lock import side_lock
from skafu.storage.operations import Census, Hole

T = TypeVar("T")
Prepare = Callable[[Path], None]

_CENSUS: Final = "SELECT count(DISTINCT tenant), coalesce(sum(version = 1), 0), count(*), min(at), max(at) FROM events"
_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
_HOLES: Final = """
SELECT tenant, stream, count(*), max(version) FROM events GROUP BY tenant, stream
HAVING count(*) <> max(version) OR min(version) <> 1 LIMIT ?
"""


class SqliteOperations:
    """Fills `Operations`."""

    def __init__(self, path: Path) -> None:
        """Look at a file."""
        self._path = path

    async def census(self) -> Census:
        """How much there is."""
        return await self._read(_census)

    async def holes(self, *, limit: int = 100) -> list[Hole]:
        """Streams that are not whole."""
        return await self._read(lambda connection: [Hole(*row) for row in connection.execute(_HOLES, (limit,))])

    async def damage(self) -> list[str]:
        """What SQLite finds broken in the file."""
        return await self._read(_damage)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(_with, self._path, work)


async def copy_file(source: Path, target: Path, *, table: str) -> None:
    """Copy a database to a new file, as it is at one moment, while others read and write it.

    Args:
        source: the database.
        target: a file that does not exist; it appears whole or not at all.
        table: one that the database must have.

    Raises:
        Invalid: the source is no database of this kind, or damaged.
        Conflict: the target exists.
        Unavailable: a file cannot be read or written.
    """
    await asyncio.to_thread(_copy_file, source, target, table)


async def put_back(source: Path, target: Path, *, table: str, prepared: Prepare | None = None) -> None:
    """Fill a database from a copy, in one transaction: whoever has it open sees the one or the other.

    Args:
        source: the copy, which stays as it is.
        target: the database.
        table: one that the copy must have.
        prepared: changes a copy of the copy before it takes the place of the database.

    Raises:
        Invalid: the source is no database of this kind, or damaged.
        Unavailable: a file cannot be read or written.
    """
    await asyncio.to_thread(_put_back, source, target, table, prepared)


def _with(path: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    with told(path), closing(connect(path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        return work(connection)


def _census(connection: sqlite3.Connection) -> Census:
    tenants, streams, events, oldest, newest = connection.execute(_CENSUS).fetchone()
    (size,) = connection.execute(_SIZE).fetchone()
    if not events:
        return Census(0, 0, 0, size)
    return Census(tenants, streams, events, size, from_microseconds(oldest), from_microseconds(newest))


def _damage(connection: sqlite3.Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def _check(source: Path, table: str) -> None:
    """Refuse what is no whole database with this table."""
    if not source.is_file():
        raise Invalid(f"there is no file {source}", fix="give the path of a backup")
    damage = _with(source, _damage)
    tables = [] if damage else _with(source, lambda c: c.execute("SELECT name FROM sqlite_master").fetchall())
    if (table,) not in tables:
        raise Invalid(f"{source} is not a whole backup of this kind: {'; '.join(damage)[:200]}", fix="take another one")


def _copy_file(source: Path, target: Path, table: str) -> None:
    _check(source, table)
    if target.exists():
        raise Conflict(f"{target} exists already", fix="give the name of a new file")
    new = target.with_name(f".{target.name}.new")
    with told(target):
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        _fill(source, new)
        new.rename(target)


def _put_back(source: Path, target: Path, table: str, prepared: Prepare | None) -> None:
    _check(source, table)
    with told(target):
        target.touch(mode=0o600)
        with side_lock(target):
            if prepared is None:
                _fill(source, target)
            else:
                _fill_prepared(source, target, prepared)


def _fill_prepared(source: Path, target: Path, prepared: Prepare) -> None:
    new = target.with_name(f".{target.name}.new")
    _remove(new)
    try:
        new.touch(mode=0o600)
        _fill(source, new)
        prepared(new)
        _fill(new, target)
    finally:
        _remove(new)


def _remove(database: Path) -> None:
    for end in ("", "-wal", "-shm", ".lock"):
        database.with_name(f"{database.name}{end}").unlink(missing_ok=True)


def _fill(source: Path, target: Path) -> None:
    with closing(connect(source)) as read, closing(connect(target)) as written:
        # In one step: a copy in many would begin anew whenever somebody writes, and nobody waits for a reader of a WAL.
        read.backup(written)
        written.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
