"""Keys of subjects in a SQLite file of their own, which the backup of the events leaves alone."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

from skafu.storage.adapters.aes_gcm import new_key
from skafu.storage.adapters.sqlite.connections import connect, told
from skafu.storage.erasure import Subject

T = TypeVar("T")

_TABLE = """
CREATE TABLE IF NOT EXISTS subject_keys (
    tenant TEXT NOT NULL, subject TEXT NOT NULL, key BLOB, PRIMARY KEY (tenant, subject)
) WITHOUT ROWID
"""
_MAKE = "INSERT OR IGNORE INTO subject_keys (tenant, subject, key) VALUES (?, ?, ?)"
_READ = """
SELECT k.tenant, k.subject, k.key FROM json_each(?) AS wanted
JOIN subject_keys k ON k.tenant = wanted.value ->> 0 AND k.subject = wanted.value ->> 1 WHERE k.key IS NOT NULL
"""
_ERASE = """
INSERT INTO subject_keys (tenant, subject, key) VALUES (?, ?, NULL)
ON CONFLICT (tenant, subject) DO UPDATE SET key = NULL
"""


class SqliteSubjectKeys:
    """Fills `SubjectKeys`. What is destroyed is overwritten in the file."""

    def __init__(self, path: Path) -> None:
        """Open the file, made for its owner's eyes alone."""
        self._path = path
        self._lock = Lock()
        with told(path):
            path.touch(mode=0o600)
            self._connection = connect(path)
            self._connection.execute(_TABLE)

    async def sealing(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys of these subjects, made where there are none yet."""
        found = await self.opening(subjects)
        missing = [each for each in subjects if each not in found]
        if not missing:
            return found
        await self._run(partial(_make, missing))
        return await self.opening(subjects)

    async def opening(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys among these that are there."""
        return await self._run(partial(_read, subjects))

    async def erase(self, subjects: Collection[Subject], /) -> None:
        """Destroy keys."""
        await self._run(partial(_erase, subjects))

    async def close(self) -> None:
        """Let the file go."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._lock:  # a call that was cancelled goes on in its thread
            self._connection.close()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._locked, work)

    def _locked(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock, told(self._path), self._connection:
            return work(self._connection)


@asynccontextmanager
async def sqlite_subject_keys(path: Path) -> AsyncIterator[SqliteSubjectKeys]:
    """Open the keys in a file; its folder exists.

    Raises:
        Unavailable: the file cannot be opened.
    """
    keys = await asyncio.to_thread(SqliteSubjectKeys, path)
    try:
        yield keys
    finally:
        await keys.close()


def _make(subjects: Collection[Subject], connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_MAKE, [(each.tenant, each.id, new_key()) for each in subjects])


def _read(subjects: Collection[Subject], connection: sqlite3.Connection) -> dict[Subject, bytes]:
    wanted = json.dumps([(each.tenant, each.id) for each in subjects])
    return {Subject(tenant, subject): key for tenant, subject, key in connection.execute(_READ, (wanted,))}


def _erase(subjects: Collection[Subject], connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_ERASE, [(each.tenant, each.id) for each in subjects])
