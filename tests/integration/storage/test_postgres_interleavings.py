"""Two connections, step by step, for every trap that lies between a commit and a reader."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from foreign_writers import insert
from storage_samples import ACME, ORIGIN, OTHER, codec, counted, numbers_of

from skafu.kernel.errors import Unavailable
from skafu.kernel.events import START, Cursor
from skafu.storage import ANY, NO_STREAM, Page, Storage
from skafu.storage.adapters.appending import prepared
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.postgres.appending import write
from skafu.storage.adapters.postgres.feed import _PAGE
from skafu.storage.adapters.system import new_id, now

Somebody = psycopg.Connection[Any]


async def _append(storage: Storage, *numbers: int) -> Cursor:
    events = counted(*numbers)
    return (await storage.events.append(ACME, f"s-{numbers[0]}", events, expected=NO_STREAM, origin=ORIGIN)).position


async def _until(storage: Storage, after: Cursor, many: int) -> list[int]:
    seen: list[int] = []
    async with asyncio.timeout(20), aclosing(storage.feed.subscribe(after)) as pages:
        async for page in pages:
            seen += numbers_of(page.events)
            if len(seen) >= many:
                return seen
    raise AssertionError(seen)


async def test_a_transaction_that_commits_late_is_not_passed(postgres: Storage, somebody: Somebody) -> None:
    insert(somebody, 1)
    await _append(postgres, 2)
    assert await postgres.feed.read() == Page((), START)
    assert await postgres.feed.tip() == START
    assert (await postgres.feed.lag(START)).events == 1
    somebody.commit()
    assert await _until(postgres, START, 2) == [1, 2]


async def test_a_transaction_that_is_rolled_back_leaves_nothing(postgres: Storage, somebody: Somebody) -> None:
    insert(somebody, 1)
    await _append(postgres, 2)
    somebody.rollback()
    assert await _until(postgres, START, 1) == [2]


async def test_who_appends_and_loads_waits_for_nobody(postgres: Storage, somebody: Somebody) -> None:
    insert(somebody, 1)
    async with asyncio.timeout(10):
        await postgres.events.append(ACME, "s", counted(1), expected=NO_STREAM, origin=ORIGIN)
        await postgres.events.append(ACME, "s", counted(2), expected=1, origin=ORIGIN)
        assert numbers_of(await postgres.events.read_stream(ACME, "s")) == [1, 2]


async def test_a_wake_up_before_visibility_loses_nothing(postgres: Storage, somebody: Somebody) -> None:
    async with aclosing(postgres.feed.subscribe()) as pages:
        waiting = asyncio.ensure_future(anext(pages))
        somebody.execute("SELECT pg_current_xact_id()")
        await _append(postgres, 1)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        somebody.commit()
        async with asyncio.timeout(20):
            assert numbers_of((await waiting).events) == [1]


async def test_ids_of_transactions_are_compared_as_numbers(postgres: Storage, somebody: Somebody) -> None:
    for number in (9, 10, 99, 100, 101):
        insert(somebody, number, xid=number)
    somebody.commit()
    assert await _until(postgres, START, 5) == [9, 10, 99, 100, 101]
    page = await postgres.feed.read(limit=1)
    assert numbers_of((await postgres.feed.read(page.cursor, limit=1)).events) == [10]


async def test_places_are_compared_by_all_their_parts(postgres: Storage, somebody: Somebody) -> None:
    for number in range(12):
        insert(somebody, number, xid=10 + number // 3, position=12 - number)
    somebody.commit()
    await _until(postgres, START, 12)
    seen, cursor = [], START
    for _ in range(12):
        page = await postgres.feed.read(cursor, limit=1)
        seen += numbers_of(page.events)
        cursor = page.cursor
    assert seen == [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9]


async def test_a_page_is_read_from_the_index(postgres: Storage, somebody: Somebody) -> None:
    del postgres
    somebody.execute(
        "INSERT INTO events SELECT 1, n::text::xid8, 1, 'acme', 's', n, gen_random_uuid(), 't', 1, '', '', now() "
        "FROM generate_series(1, 3000) n"
    )
    somebody.execute("ANALYZE events")
    cursor = somebody.execute(f"EXPLAIN {_PAGE}".encode(), (1, "1500", 1, 500))
    plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using events_position" in plan
    assert "Index Cond: (ROW(epoch, xid, " in plan
    assert "Sort" not in plan


async def test_events_are_only_appended_in_a_transaction_of_their_own(postgres_database: str) -> None:
    append = await prepared(codec(), new_id, ACME, "s", counted(1), ANY, ORIGIN, None)
    async with await psycopg.AsyncConnection.connect(postgres_database) as connection:
        await connection.execute("SELECT 1")
        with pytest.raises(Unavailable, match="of their own"):
            await write(connection, [append], now())


async def test_a_stream_never_shows_up_the_other_way_round(postgres: Storage, postgres_database: str) -> None:
    """Two processes race for one stream: whoever is second has the higher transaction id."""
    async with postgres_storage(one_login(postgres_database), codec()) as rival:

        async def write_on(storage: Storage, numbers: range) -> None:
            for number in numbers:
                await storage.events.append(ACME, "s", counted(number), expected=ANY, origin=ORIGIN)

        await asyncio.gather(write_on(postgres, range(100)), write_on(rival, range(100, 200)))
    seen = await _until(postgres, START, 200)
    assert seen == numbers_of(await postgres.events.read_stream(ACME, "s"))
    assert sorted(seen) == list(range(200))


@asynccontextmanager
async def _tailing(storage: Storage, seen: list[int], many: int) -> AsyncIterator[asyncio.Event]:
    enough = asyncio.Event()

    async def follow() -> None:
        async with aclosing(storage.feed.subscribe(limit=10)) as pages:
            async for page in pages:
                seen.extend(numbers_of(page.events))
                if len(seen) >= many:
                    enough.set()

    task = asyncio.ensure_future(follow())
    yield enough
    task.cancel()
    await asyncio.wait([task])


async def test_a_tail_sees_each_event_once_while_others_come_and_go(postgres: Storage, somebody: Somebody) -> None:
    seen: list[int] = []
    async with _tailing(postgres, seen, 70) as enough:
        for number in range(0, 60, 3):
            insert(somebody, 1000 + number)
            await asyncio.gather(_append(postgres, number, number + 1), _append(postgres, number + 2))
            if number % 2:
                somebody.rollback()
            else:
                somebody.commit()
        async with asyncio.timeout(20):
            await enough.wait()
        await asyncio.sleep(0.05)
    assert sorted(seen) == [*range(60), *(1000 + number for number in range(0, 60, 6))]


async def test_a_clock_that_goes_back_changes_no_order(postgres: Storage, postgres_database: str) -> None:
    del postgres
    moments = (datetime(2026, 5, 1, 12, tzinfo=UTC) - timedelta(hours=number) for number in range(100))
    async with postgres_storage(one_login(postgres_database), codec(), clock=lambda: next(moments)) as storage:
        for number in range(5):
            await _append(storage, number)
        assert await _until(storage, START, 5) == [0, 1, 2, 3, 4]


async def test_a_database_that_moved_keeps_its_cursors(
    postgres: Storage, somebody: Somebody, postgres_database: str
) -> None:
    """Another server counts transactions anew: old ids are higher than new ones, and still come first."""
    del postgres
    for number in range(4):
        insert(somebody, number, xid=10**12 + number)
    somebody.execute("UPDATE epochs SET server = 42")
    somebody.commit()
    async with postgres_storage(one_login(postgres_database), codec()) as moved:
        old = (await moved.feed.read(limit=2)).cursor
        await moved.events.append(OTHER, "new", counted(50), expected=NO_STREAM, origin=ORIGIN)
        assert await _until(moved, old, 3) == [2, 3, 50]
        assert numbers_of((await moved.feed.read(old, limit=2)).events) == [2, 3]
