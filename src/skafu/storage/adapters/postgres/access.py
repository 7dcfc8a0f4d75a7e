"""How the store gets into PostgreSQL: one address for each of its roles."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Final

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from skafu.kernel.errors import Invalid, Unavailable
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.adapters.sql.rights import FEED, READER, WRITER

Pool = AsyncConnectionPool[Connection]

SECONDS_TO_GET_IN: Final = 10.0
SECONDS_TO_TRY_AGAIN: Final = 10.0
"""How long a pool tries to connect before it leaves that to the next caller. Its pauses double each time: without an
end to them, a server that was away for minutes would not be noticed for minutes after it is back."""

READERS: Final = 8
FEEDERS: Final = 6


class PostgresAccess(msgspec.Struct, frozen=True):
    """Addresses of one database (libpq URLs).

    Attributes:
        owner: runs the migrations; may create tables, and roles unless they exist.
        writer: appends events.
        reader: reads and writes what one tenant has.
        feed: reads all events and keeps the read models.
    """

    owner: str
    writer: str
    reader: str
    feed: str


def one_login(url: str) -> PostgresAccess:
    """One login for everything, that takes on the role that each part needs.

    Raises:
        Invalid: it cannot be read; what libpq says of it would repeat its password.
    """
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        words = "setting database_url: the address of the database cannot be read"
        raise Invalid(words, fix="give postgresql://USER:PASSWORD@HOST/NAME, special characters as %HH") from None
    return PostgresAccess(url, _as(url, WRITER), _as(url, READER), _as(url, FEED))


def _as(url: str, role: str) -> str:
    return make_conninfo(url, options=f"-c role={role} -c idle_in_transaction_session_timeout=60000")


@contextmanager
def told() -> Iterator[None]:
    """Tell errors of the engine in words.

    Raises:
        Invalid: a text cannot be stored.
        Unavailable: the engine has failed.
    """
    try:
        yield
    except psycopg.DataError as error:
        raise Invalid(f"PostgreSQL cannot take this: {error}") from error
    except (psycopg.Error, PoolTimeout, PoolClosed, OSError) as error:
        _honour_cancellation()
        words = f"PostgreSQL does not answer: {error}"
        raise Unavailable(words, fix="look at the server and its log", told="the database does not answer") from error
    _honour_cancellation()


def _honour_cancellation() -> None:
    """End a task that was cancelled while the driver waited.

    `asyncio.wait_for` of Python 3.11, which the driver uses, loses a cancellation that comes together with an answer.
    """
    try:
        task = asyncio.current_task()
    except RuntimeError:  # migrations run in a thread, where nothing is cancelled
        return
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Pools(msgspec.Struct, frozen=True):
    """Open connections for each role."""

    writer: Pool
    reader: Pool
    feed: Pool


@asynccontextmanager
async def pools(access: PostgresAccess) -> AsyncIterator[Pools]:
    """Open the pools, and close them in the end.

    Raises:
        Unavailable: the server does not answer.
    """
    async with AsyncExitStack() as stack:
        with told():
            opened = [
                await stack.enter_async_context(_pool(url, most, configure))
                for url, most, configure in (
                    (access.writer, 1, _plan_once),
                    (access.reader, READERS, None),
                    (access.feed, FEEDERS, None),
                )
            ]
            for pool in opened:
                await pool.wait(SECONDS_TO_GET_IN)
        yield Pools(*opened)


async def _plan_once(connection: Connection) -> None:
    """Plan the statement that appends once, by its indexes: planning takes longer than appending."""
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute("SET enable_seqscan = off")


def _pool(url: str, most: int, configure: Callable[[Connection], Awaitable[None]] | None) -> Pool:
    return AsyncConnectionPool(
        url,
        configure=configure,
        connection_class=Connection,
        kwargs={"autocommit": True, "prepare_threshold": 1},
        min_size=1,
        max_size=most,
        timeout=SECONDS_TO_GET_IN,
        reconnect_timeout=SECONDS_TO_TRY_AGAIN,
        open=False,
    )
