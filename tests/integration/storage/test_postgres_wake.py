"""Processes wake each other, and tell nobody when nobody listens."""

import asyncio
from contextlib import aclosing

import psycopg
import pytest
from listening_tracer import Listener
from storage_samples import ACME, ORIGIN, codec, counted, numbers_of

from skafu.storage import ANY, Storage
from skafu.storage.adapters.postgres import feed, one_login, postgres_storage, wake
from skafu.storage.adapters.postgres.wake import CHANNEL, LISTENERS, Wake


async def _append(storage: Storage, number: int) -> None:
    await storage.events.append(ACME, "s", counted(number), expected=ANY, origin=ORIGIN)


async def test_a_subscriber_is_woken_by_another_process(
    postgres: Storage, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "SAFETY_NET", 3_600.0)
    async with (
        postgres_storage(one_login(postgres_database), codec()) as other,
        aclosing(postgres.feed.subscribe()) as pages,
        asyncio.timeout(60),
    ):
        for number in range(5):
            waiting = asyncio.ensure_future(anext(pages))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await _append(other, number)
            assert numbers_of((await waiting).events) == [number]


async def test_nobody_is_told_when_nobody_listens(postgres: Storage, postgres_database: str) -> None:
    async with await psycopg.AsyncConnection.connect(postgres_database, autocommit=True) as outside:
        await outside.execute(f"LISTEN {CHANNEL}")
        telling = _wake(postgres)
        assert not await telling.notified()
        await _append(postgres, 1)
        await outside.execute("SELECT pg_advisory_lock_shared(%s)", (LISTENERS,))
        assert await telling.notified()
        async with asyncio.timeout(60):
            assert (await anext(outside.notifies())).channel == CHANNEL


async def test_what_nobody_has_told_of_is_found(postgres: Storage, postgres_database: str) -> None:
    async with aclosing(postgres.feed.subscribe()) as pages, asyncio.timeout(60):
        waiting = asyncio.ensure_future(anext(pages))
        async with postgres_storage(one_login(postgres_database), codec()) as other:
            _wake(other)._telling.cancel()
            await _append(other, 1)
        assert numbers_of((await waiting).events) == [1]


async def test_who_has_nothing_to_read_is_left_alone(postgres: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "SAFETY_NET", 0.01)
    tracer = Listener()
    reading = postgres.feed
    assert isinstance(reading, feed.PostgresFeed)
    reading._tracer = tracer
    waiting = [asyncio.ensure_future(anext(reading.subscribe())) for _ in range(5)]
    await asyncio.sleep(0.2)
    before = len(tracer.heard)
    await asyncio.sleep(0.3)
    assert len(tracer.heard) == before
    await _append(postgres, 1)
    assert [numbers_of(page.events) for page in await asyncio.gather(*waiting)] == [[1]] * 5


def _wake(storage: Storage) -> Wake:
    assert isinstance(storage.feed, feed.PostgresFeed)
    return storage.feed._wake
