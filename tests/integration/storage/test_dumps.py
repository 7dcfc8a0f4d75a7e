"""A store that is dumped and restored while somebody has a cursor: into another database, and on another server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from own_server import OwnServer, own_server
from projected_numbers import sums, totals, worker_of
from psycopg.conninfo import make_conninfo
from storage_samples import ACME, ORIGIN, OTHER, codec, counted, numbers_of

from skafu.kernel.events import Cursor
from skafu.kernel.identity import TenantId
from skafu.storage import ANY, NO_STREAM, Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage


@pytest.fixture(scope="module")
def home() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture(scope="module")
def abroad() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture(params=["the same server", "another server"])
def elsewhere(request: pytest.FixtureRequest, home: OwnServer) -> OwnServer:
    """Where the dump is restored."""
    if request.param == "the same server":
        return home
    server = request.getfixturevalue("abroad")
    assert isinstance(server, OwnServer)
    return server


def _database(server: OwnServer, name: str) -> str:
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_conninfo(server.address, dbname=name)


async def _append(storage: Storage, stream: str, *numbers: int, tenant: TenantId = ACME) -> Cursor:
    events = counted(*numbers)
    key = f"{stream}-{numbers[0]}"
    return (await storage.events.append(tenant, stream, events, expected=ANY, origin=ORIGIN, key=key)).position


async def _after(storage: Storage, cursor: Cursor) -> list[int]:
    """The numbers behind a place, once all of them can be read."""
    seen: list[int] = []
    while (await storage.feed.lag(cursor)).events:
        page = await storage.feed.read(cursor, limit=3)
        seen += numbers_of(page.events)
        cursor = page.cursor
        await asyncio.sleep(0)
    return seen


async def test_a_cursor_and_a_projection_go_on_in_the_restored_store(
    home: OwnServer, elsewhere: OwnServer, tmp_path: Path
) -> None:
    first, second, dump = _database(home, "before"), _database(elsewhere, "after"), tmp_path / "store.dump"
    async with postgres_storage(one_login(first), codec()) as storage:
        for number in range(0, 30, 3):
            await _append(storage, f"s{number % 2}", number, number + 1, number + 2)
            if number == 12:
                await worker_of(storage, sums()).catch_up()
        cursor = (await storage.feed.read(limit=10)).cursor
        later = await _append(storage, "late", 100)
    await asyncio.to_thread(home.tool, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={first}")
    await asyncio.to_thread(elsewhere.restore, dump, second)
    async with postgres_storage(one_login(second), codec()) as restored:
        assert await _after(restored, cursor) == [*range(10, 30), 100]
        await _append(restored, "s0", 200)
        await _append(restored, "new", 201, tenant=OTHER)
        assert await _after(restored, cursor) == [*range(10, 30), 100, 200, 201]
        assert await _after(restored, later) == [200, 201]
        await worker_of(restored, sums()).catch_up()
        numbers = numbers_of(await restored.events.read_stream(ACME, "s0"))
        assert await totals(restored, "s0", "late") == [sum(numbers), 100]
        again = await restored.events.append(
            ACME, "late", counted(100), expected=NO_STREAM, origin=ORIGIN, key="late-100"
        )
        assert (again.repeated, again.position) == (True, later)


async def test_a_cursor_that_is_ahead_of_an_older_dump_misses_nothing_new(
    home: OwnServer, elsewhere: OwnServer, tmp_path: Path
) -> None:
    first, second, dump = _database(home, "before"), _database(elsewhere, "after"), tmp_path / "store.dump"
    async with postgres_storage(one_login(first), codec()) as storage:
        await _append(storage, "s", 1, 2)
        await asyncio.to_thread(home.tool, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={first}")
        ahead = await _append(storage, "s", 3, 4, 5)
    await asyncio.to_thread(elsewhere.restore, dump, second)
    async with postgres_storage(one_login(second), codec()) as restored:
        for number in range(10, 20):
            await _append(restored, "s", number)
        assert await _after(restored, ahead) == list(range(10, 20))
