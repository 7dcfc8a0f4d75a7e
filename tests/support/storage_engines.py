"""Opens a store of each engine for a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from postgres_databases import emptied
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage

ENGINES = ("memory", "sqlite", "postgres")


@asynccontextmanager
async def opened(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Storage]:
    match request.param:
        case "memory":
            yield memory_storage(codec())
        case "sqlite":
            async with sqlite_storage(folder / "store.db", codec()) as storage:
                yield storage
        case "postgres":
            address = request.getfixturevalue("postgres_database")
            emptied(address)
            async with postgres_storage(one_login(address), codec()) as storage:
                yield storage
        case name:
            raise AssertionError(name)
