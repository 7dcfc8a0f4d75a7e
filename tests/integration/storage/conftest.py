"""A store in PostgreSQL, and other connections to its database."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
from postgres_databases import emptied
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage


@pytest.fixture
async def postgres(postgres_database: str) -> AsyncIterator[Storage]:
    emptied(postgres_database)
    async with postgres_storage(one_login(postgres_database), codec()) as storage:
        yield storage


@pytest.fixture
def somebody(postgres_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else in the same database, with a transaction of their own."""
    with psycopg.connect(postgres_database) as connection:
        yield connection
        connection.rollback()
