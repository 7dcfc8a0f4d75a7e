"""The stores that every contract of storage is asked of."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from storage_engines import ENGINES, engine

from skafu.storage import Storage


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with engine(request.param, request, tmp_path)() as storage:
        yield storage
