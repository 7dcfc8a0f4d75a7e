"""Opens a store of each engine for a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from storage_samples import codec

from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage

ENGINES = ("memory",)


@asynccontextmanager
async def opened(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Storage]:
    match request.param:
        case "memory":
            yield memory_storage(codec())
        case name:
            raise AssertionError(name, folder)
