"""Opens stores of each engine for tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from postgres_databases import emptied
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage

ENGINES = ("memory", "sqlite", "postgres")


Start = Callable[[], AbstractAsyncContextManager[Storage]]
"""Opens an empty store."""


def engine(name: str, request: pytest.FixtureRequest, folder: Path) -> Start:
    match name:
        case "memory":
            return _memory
        case "sqlite":
            names = count()
            return lambda: sqlite_storage(folder / f"{next(names)}.db", codec())
        case _:
            return partial(_postgres, request.getfixturevalue("postgres_database"))


@asynccontextmanager
async def _memory() -> AsyncIterator[Storage]:
    yield memory_storage(codec())


def _postgres(address: str) -> AbstractAsyncContextManager[Storage]:
    emptied(address)
    return postgres_storage(one_login(address), codec())
