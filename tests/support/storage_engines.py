"""Opens a store of each engine for a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.sqlite import sqlite_storage

ENGINES = ("memory", "sqlite")


@asynccontextmanager
async def opened(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Storage]:
    match request.param:
        case "memory":
            yield memory_storage(codec())
        case "sqlite":
            async with sqlite_storage(folder / "store.db", codec()) as storage:
                yield storage
        case name:
            raise AssertionError(name)
