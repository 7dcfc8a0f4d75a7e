"""Connections to a SQLite file, and its way to the newest schema."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.sql import HEAD
from skafu.storage.adapters.sqlite.side_lock import side_lock

Durability = Literal["FULL", "NORMAL"]
"""FULL: what was acknowledged survives a power cut. NORMAL: the last moments may be lost, nothing else is harmed."""

BUSY_MILLISECONDS: Final = 10_000
"""How long to wait for programs that write to the file without the lock beside it."""


def connect(path: Path, durability: Durability = "FULL") -> sqlite3.Connection:
    """Open a connection without transactions of its own making; it may go from thread to thread.

    Raises:
        Unavailable: the file cannot be opened.
    """
    with told(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            connection.execute(f"PRAGMA synchronous = {durability}")
            # What is removed is overwritten: documents may have held what an erased person said.
            connection.execute("PRAGMA secure_delete = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Tell errors of the engine in words.

    Raises:
        Unavailable: the engine has failed.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        words = f"the database {path} does not answer: {error}"
        raise Unavailable(words, fix="look at its disk and rights", told="the database does not answer") from error


def bring_up(path: Path) -> None:
    """Bring a file to the newest schema, once, however many processes ask.

    Raises:
        Unavailable: the file cannot be written, or a newer version of the program has been here.
    """
    with told(path), closing(connect(path)) as connection, side_lock(path):
        if _revision(connection) != HEAD:
            _upgrade(connection, path)


def _revision(connection: sqlite3.Connection) -> str | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    import sqlalchemy as sa
    from alembic.util import CommandError
    from sqlalchemy.pool import StaticPool

    from skafu.storage.adapters.sql.migrate import upgrade

    connection.execute("PRAGMA journal_mode = WAL")
    engine = sa.create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.begin() as wrapped:
            wrapped.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(wrapped)
    except CommandError as error:
        raise Unavailable(f"the database {path} is of another version: {error}", fix="run a newer skafu") from error
