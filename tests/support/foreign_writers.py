"""Somebody else in the database of a store: with a transaction of their own, that takes its time."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import psycopg
from storage_samples import OTHER

META = '[["system","x"],"00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"]'
IN_POSTGRES = """
INSERT INTO events (epoch, xid, position, tenant, stream, version, id, type, schema, data, meta, at)
SELECT max(epoch), coalesce(%(xid)s::text::xid8, pg_current_xact_id()), %(position)s, %(tenant)s, %(stream)s, 1,
    gen_random_uuid(), 'sample.counted', 1, convert_to(%(data)s, 'UTF8'), convert_to(%(meta)s, 'UTF8'), now()
FROM epochs
"""
IN_SQLITE = """
INSERT INTO events (tenant, stream, version, id, type, schema, data, meta, at)
VALUES (?, ?, 1, randomblob(16), 'sample.counted', 1, ?, ?, 0)
"""


def insert(somebody: psycopg.Connection[Any], number: int, *, xid: int | None = None, position: int = 1) -> None:
    """Write an event in somebody's transaction, to a stream of its own."""
    values = {"tenant": OTHER, "stream": stream_of_somebody(number), "data": _data(number), "meta": META}
    somebody.execute(IN_POSTGRES, {**values, "xid": xid, "position": position})


def stream_of_somebody(number: int) -> str:
    """The stream of `OTHER` that somebody writes a number to."""
    return f"x-{number}"


def _data(number: int) -> str:
    return json.dumps({"number": number})


class Somebody(Protocol):
    """A transaction that is under way while the store works, and will write one number, or not."""

    def end(self, *, commits: bool) -> None:
        """Commit or roll back."""


Foreign = Callable[[int], Somebody]
"""Begins a transaction that is to write a number."""


class InPostgres:
    """Has written already, and holds up those who read the feed."""

    def __init__(self, address: str, number: int) -> None:
        self._connection = psycopg.connect(address)
        insert(self._connection, number)

    def end(self, *, commits: bool) -> None:
        with self._connection:
            if not commits:
                self._connection.rollback()


class InSqlite:
    """Reads for long, which holds up nobody, and writes at last."""

    def __init__(self, path: Path, number: int) -> None:
        self._number = number
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("BEGIN")
        self._seen = self._count()

    def _count(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM events").fetchone()
        return int(count)

    def end(self, *, commits: bool) -> None:
        assert self._count() == self._seen
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")
        content = (_data(self._number).encode(), META.encode())
        self._connection.execute(IN_SQLITE, (OTHER, stream_of_somebody(self._number), *content))
        self._connection.execute("COMMIT" if commits else "ROLLBACK")
        self._connection.close()
