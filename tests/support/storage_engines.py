"""Opens stores of each engine for tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from postgres_databases import emptied
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage

ENGINES = ("memory", "sqlite", "postgres")


@dataclass(frozen=True)
class Engine:
    """How to open an empty store, and how somebody else gets into its database."""

    start: Callable[[], AbstractAsyncContextManager[Storage]]
    foreign: Callable[[], psycopg.Connection[Any]] | None = None


def engine(name: str, request: pytest.FixtureRequest, folder: Path) -> Engine:
    match name:
        case "memory":
            return Engine(_memory)
        case "sqlite":
            names = count()
            return Engine(lambda: sqlite_storage(folder / f"{next(names)}.db", codec()))
        case _:
            return _postgres(request.getfixturevalue("postgres_database"))


@asynccontextmanager
async def _memory() -> AsyncIterator[Storage]:
    yield memory_storage(codec())


def _postgres(address: str) -> Engine:
    def start() -> AbstractAsyncContextManager[Storage]:
        emptied(address)
        return postgres_storage(one_login(address), codec())

    return Engine(start, lambda: psycopg.connect(address))
