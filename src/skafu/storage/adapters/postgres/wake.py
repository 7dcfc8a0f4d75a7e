"""Wakes subscribers: at once in this process, by NOTIFY in others.

A NOTIFY never stands in the transaction that appends, where all who commit would queue for it. It follows on another
connection, for many appends at once.
"""

import asyncio
from contextlib import suppress
from typing import Final

import psycopg

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.bell import Bell
from skafu.storage.adapters.postgres.access import Pool, told

CHANNEL: Final = "skafu_events"
EVERY: Final = 0.01
"""Seconds between two NOTIFYs of a process, at least."""

AGAIN: Final = 1.0
"""Seconds until a lost connection is tried again; until then subscribers look by themselves."""

_NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, '')"
"""Nothing is lost when a wake-up is: it need not wait for the disk."""

_LISTEN = f"LISTEN {CHANNEL}"


class Wake:
    """Tells this process and others that something was committed."""

    def __init__(self, pool: Pool, url: str) -> None:
        """Tell others through a pool; hear of others on a connection to this address."""
        self._pool = pool
        self._url = url
        self._bell = Bell()
        self._news = asyncio.Event()
        self._telling = asyncio.get_running_loop().create_task(self._tell())
        self._hearing: asyncio.Task[None] | None = None

    def listen(self) -> asyncio.Event:
        """What the next ring sets: take it before looking, wait for it after."""
        if self._hearing is None:
            self._hearing = asyncio.get_running_loop().create_task(self._hear())
        return self._bell.listen()

    def committed(self) -> None:
        """Something was committed here."""
        self._bell.ring()
        self._news.set()

    async def close(self) -> None:
        """Tell and hear no more."""
        tasks = [task for task in (self._telling, self._hearing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            with suppress(Unavailable), told():
                async with self._pool.connection() as connection:
                    await connection.execute(_NOTIFY, (CHANNEL,))
            await asyncio.sleep(EVERY)

    async def _hear(self) -> None:
        while True:
            with suppress(Unavailable), told():
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute(_LISTEN)
                    async for _ in connection.notifies():
                        self._bell.ring()
            await asyncio.sleep(AGAIN)
