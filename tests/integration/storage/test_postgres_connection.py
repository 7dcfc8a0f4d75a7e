"""The store's own way of waiting for PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from skafu.storage.adapters.postgres.connection import Connection


@pytest.fixture
async def connection(postgres_database: str) -> AsyncIterator[Connection]:
    async with await Connection.connect(postgres_database, autocommit=True) as opened:
        yield opened


async def test_a_large_answer_and_a_large_question(connection: Connection) -> None:
    large = "x" * 5_000_000
    cursor = await connection.execute("SELECT %s::text, repeat('y', 5000000)", (large,))
    assert await cursor.fetchone() == (large, "y" * 5_000_000)


async def test_a_statement_that_nobody_waits_for_is_ended(connection: Connection) -> None:
    task = asyncio.ensure_future(connection.execute("SELECT pg_sleep(600)"))
    while connection.info.transaction_status != TransactionStatus.ACTIVE:  # noqa: ASYNC110 - the driver rings no bell
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await (await connection.execute("SELECT 1")).fetchone() == (1,)


async def test_a_connection_that_the_server_ends_fails_at_once(connection: Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert connection.closed


async def test_a_mistake_is_told_and_the_connection_goes_on(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await connection.execute("SELECT nothing")
    async with connection.pipeline():
        first = await connection.execute("SELECT 1")
        second = await connection.execute("SELECT 2")
    assert (await first.fetchone(), await second.fetchone()) == ((1,), (2,))
