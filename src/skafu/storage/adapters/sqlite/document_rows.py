"""Writes and removes many documents with their index entries in a few statements.

Each statement that a thread runs lets go of the interpreter and has to wait for it again: rows go in together.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple, TypeVar

from skafu.kernel.identity import TenantId
from skafu.storage.adapters.document_rows import DocumentRow, entry_changes

T = TypeVar("T")

_STATES = """
SELECT d.tenant, d.collection, d.key, d.revision, d.entries FROM json_each(?) w CROSS JOIN documents d
ON d.tenant = w.value ->> 0 AND d.collection = w.value ->> 1 AND d.key = w.value ->> 2
"""
_PUT = "INSERT INTO documents (tenant, collection, key, revision, body, entries) VALUES "
_AGAIN = """
 ON CONFLICT (tenant, collection, key)
DO UPDATE SET revision = excluded.revision, body = excluded.body, entries = excluded.entries
"""
_ENTER = "INSERT INTO document_entries (tenant, collection, index_name, place, key) VALUES "
_LEAVE = "DELETE FROM document_entries WHERE tenant = ? AND collection = ? AND index_name = ? AND place = ?"
_DELETE = "DELETE FROM documents WHERE tenant = ? AND collection = ? AND key = ?"

MOST_ROWS: Final = 64
"""In one statement. Statements have 1, 2, 4, ... rows, so that the engine has few of them to remember."""


class Place(NamedTuple):
    """Where a document stands; the collection is the physical one."""

    tenant: TenantId
    collection: str
    key: str


def write_rows(connection: sqlite3.Connection, rows: Mapping[Place, DocumentRow]) -> dict[Place, int]:
    """Write documents and their entries; returns their new revisions."""
    before = _states(connection, rows)
    revisions = {place: before.get(place, _NONE)[0] + 1 for place in rows}
    gone, new = [], []
    for place, row in rows.items():
        leaving, entering = entry_changes(before.get(place, _NONE)[1], row.entries)
        gone += [(place.tenant, place.collection, entry.index, entry.place) for entry in leaving]
        new += [(place.tenant, place.collection, entry.index, entry.place, place.key) for entry in entering]
    puts = [(*place, revisions[place], row.body, row.entries_bytes) for place, row in rows.items()]
    _insert(connection, _PUT, puts, _AGAIN)
    connection.executemany(_LEAVE, gone)
    _insert(connection, _ENTER, new)
    return revisions


def remove_rows(connection: sqlite3.Connection, places: Sequence[Place]) -> None:
    """Remove those documents that exist, with their entries."""
    before = _states(connection, places)
    leaving = [(place, entry) for place, (_, known) in before.items() for entry in entry_changes(known, [])[0]]
    connection.executemany(_DELETE, before)
    connection.executemany(_LEAVE, [(at.tenant, at.collection, entry.index, entry.place) for at, entry in leaving])


_NONE: Final[tuple[int, bytes | None]] = (0, None)


def _states(connection: sqlite3.Connection, places: Iterable[Place]) -> dict[Place, tuple[int, bytes | None]]:
    """The revision and entries of those documents that exist."""
    wanted = json.dumps(list(places))
    return {Place(*row[:3]): (row[3], row[4]) for row in connection.execute(_STATES, (wanted,))}


def _insert(connection: sqlite3.Connection, head: str, rows: Sequence[tuple[object, ...]], tail: str = "") -> None:
    for part in _parts(rows):
        connection.execute(_statement(head, len(part), len(part[0]), tail), [value for row in part for value in row])


@cache
def _statement(head: str, rows: int, values: int, tail: str) -> str:
    row = f"({', '.join('?' * values)})"
    return head + ", ".join([row] * rows) + tail


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Rows in parts whose lengths are powers of two."""
    at = 0
    while left := len(rows) - at:
        size = min(MOST_ROWS, 1 << (left.bit_length() - 1))
        yield rows[at : at + size]
        at += size
