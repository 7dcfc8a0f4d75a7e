"""Towns of identity."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from identity_under_test import Town, town_of
from postgres_databases import fresh_database


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_of(tmp_path) as town:
        yield town


@pytest.fixture(params=["sqlite", "postgres"])
async def any_town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The same on both engines."""
    with ExitStack() as exits:
        more: dict[str, Any] = {}
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            more["database_url"] = exits.enter_context(fresh_database(server))
        async with town_of(tmp_path, **more) as town:
            yield town
