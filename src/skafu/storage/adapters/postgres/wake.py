"""Wakes subscribers: at once in this process, by NOTIFY in others.

A NOTIFY never stands in the transaction that appends, where all who commit would queue for it. It follows on another
connection, for many appends at once, and only when somebody listens: it is a transaction of its own, which writers who
append one event after the other would feel as a second append. Who listens holds a shared lock; who would tell tries
to get it alone.
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

NOBODY_LISTENS: Final = 0.1
"""Seconds until it is looked again whether somebody listens. Whoever begins to listen looks by themselves."""

AGAIN: Final = 1.0
"""Seconds until a lost connection is tried again; until then subscribers look by themselves."""

LISTENERS: Final = 7_357_101_140_210_003
"""The advisory lock of those who listen; any number that nobody else uses."""

_NOTIFY = """
SELECT CASE WHEN pg_try_advisory_xact_lock(%s) THEN NULL
    ELSE set_config('synchronous_commit', 'off', true) || pg_notify(%s, '')::text END
"""
"""Nothing is lost when a wake-up is: it need not wait for the disk. Null when nobody listens."""

_JOIN_LISTENERS = "SELECT pg_advisory_lock_shared(%s)"
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

    async def notified(self) -> bool:
        """Tell other processes; whether anybody listens.

        Raises:
            Unavailable: the server does not answer.
        """
        with told():
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_NOTIFY, (LISTENERS, CHANNEL))).fetchone()
        return row is not None and row[0] is not None

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
            heard = False
            with suppress(Unavailable):
                heard = await self.notified()
            await asyncio.sleep(EVERY if heard else NOBODY_LISTENS)

    async def _hear(self) -> None:
        while True:
            with suppress(Unavailable), told():
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute(_JOIN_LISTENERS, (LISTENERS,))
                    await connection.execute(_LISTEN)
                    self._bell.ring()  # what was committed before is not told any more
                    async for _ in connection.notifies():
                        self._bell.ring()
            await asyncio.sleep(AGAIN)
