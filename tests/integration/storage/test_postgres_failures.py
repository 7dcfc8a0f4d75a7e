"""What happens when connections break and servers go."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from storage_samples import ACME, ORIGIN, codec, counted, numbers_of

from skafu.kernel.errors import Invalid, Unavailable
from skafu.kernel.events import Event, RecordedEvent
from skafu.storage import ANY, Appended, Storage
from skafu.storage.adapters import appending
from skafu.storage.adapters.postgres import one_login, postgres_storage, wake

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


async def _stubborn(storage: Storage, number: int) -> int:
    """Repeat an append with its key until it is acknowledged; how often it failed."""
    for failures in range(200):
        try:
            await storage.events.append(
                ACME, f"s-{number % 7}", counted(number), expected=ANY, origin=ORIGIN, key=f"k-{number}"
            )
        except Unavailable:
            await asyncio.sleep(0.01)
        else:
            return failures
    raise AssertionError(number)


async def test_cut_connections_lose_and_double_nothing(postgres: Storage, somebody: psycopg.Connection[Any]) -> None:
    somebody.autocommit = True

    async def cut() -> None:
        for _ in range(6):
            await asyncio.sleep(0.02)
            await asyncio.to_thread(somebody.execute, CUT, (somebody.info.backend_pid,))

    cutting = asyncio.ensure_future(cut())
    failures = await asyncio.gather(*(_stubborn(postgres, number) for number in range(300)))
    await cutting
    assert sum(failures) > 0
    seen = [number for stream in range(7) for number in numbers_of(await _loaded(postgres, f"s-{stream}"))]
    assert sorted(seen) == list(range(300))
    somebody.autocommit = False


async def _loaded(storage: Storage, stream: str) -> list[RecordedEvent[Event]]:
    for _ in range(50):
        try:
            return await storage.events.read_stream(ACME, stream)
        except Unavailable:
            await asyncio.sleep(0.02)
    raise AssertionError(stream)


async def test_what_the_server_cannot_take_is_its_callers_fault_alone(
    postgres: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "HIGHEST", 2**80)
    before, refused, after, too = await asyncio.gather(
        *(
            postgres.events.append(ACME, stream, counted(1), expected=expected, origin=ORIGIN)
            for stream, expected in (("a", 0), ("b", 2**63), ("c", 0), ("d", 2**70))
        ),
        return_exceptions=True,
    )
    assert isinstance(refused, Invalid)
    assert isinstance(too, Invalid)
    assert isinstance(before, Appended)
    assert isinstance(after, Appended)


async def test_a_clock_that_fails_once_stops_no_writer(postgres_database: str) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC)]
    async with postgres_storage(one_login(postgres_database), codec(), clock=moments.pop) as storage:
        await storage.events.append(ACME, "clock", counted(1), expected=ANY, origin=ORIGIN)
        with pytest.raises(Unavailable, match="IndexError"):
            await storage.events.append(ACME, "clock", counted(2), expected=ANY, origin=ORIGIN)
        moments.append(datetime(2026, 1, 2, tzinfo=UTC))
        assert (await storage.events.append(ACME, "clock", counted(3), expected=ANY, origin=ORIGIN)).version == 2


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        async with postgres_storage(one_login("host=127.0.0.1 port=1 dbname=x connect_timeout=2"), codec()):
            pass


async def test_another_process_is_heard(
    postgres: Storage, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "SAFETY_NET", 600)
    async with postgres_storage(one_login(postgres_database), codec()) as there:
        pages = postgres.feed.subscribe()
        waiting = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0.3)
        await there.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)
        async with asyncio.timeout(20):
            assert numbers_of((await waiting).events) == [1]
        await pages.aclose()


async def test_a_closed_store_says_so(postgres_database: str) -> None:
    async with postgres_storage(one_login(postgres_database), codec()) as storage:
        pass
    with pytest.raises(Unavailable):
        await storage.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)
    with pytest.raises(Unavailable):
        await storage.events.read_stream(ACME, "s")
