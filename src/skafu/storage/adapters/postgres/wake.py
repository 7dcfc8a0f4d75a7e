"""Wakes subscribers: at once in this process, by NOTIFY in others, and by a look for all of them as the safety net.

A NOTIFY never stands in the transaction that appends, where all who commit would queue for it. It follows on another
connection, for many appends at once, and only when somebody listens: it is a transaction of its own, which writers who
append one event after the other would feel as a second append. Who listens holds a shared lock; who would tell tries
to get it alone.
"""

import asyncio
from contextlib import suppress
from typing import Final
from uuid import uuid4

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

SAFETY_NET: Final = 0.25
"""Seconds between two looks for events that nobody has told of. One look serves all subscribers of a process."""

LISTENERS: Final = 7_357_101_140_210_003
"""The advisory lock of those who listen; any number that nobody else uses."""

_NOTIFY = """
SELECT CASE WHEN pg_try_advisory_xact_lock(%s) THEN NULL
    ELSE set_config('synchronous_commit', 'off', true) || pg_notify(%s, %s)::text END
"""
"""Nothing is lost when a wake-up is: it need not wait for the disk. Null when nobody listens."""

_LAST = "SELECT epoch, xid::text, position FROM events ORDER BY epoch DESC, xid DESC, position DESC LIMIT 1"
"""What comes later stands behind it; or before it, which then cannot be read yet: subscribers look for themselves."""

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
        self._listening: tuple[asyncio.Task[None], ...] = ()
        self._name = uuid4().hex

    def listen(self) -> asyncio.Event:
        """What the next ring sets: take it before looking, wait for it after."""
        if not self._listening:
            loop = asyncio.get_running_loop()
            self._listening = (loop.create_task(self._hear()), loop.create_task(self._look()))
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
                row = await (await connection.execute(_NOTIFY, (LISTENERS, CHANNEL, self._name))).fetchone()
        return row is not None and row[0] is not None

    async def close(self) -> None:
        """Tell and hear no more."""
        tasks = [self._telling, *self._listening]
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
                    async for notice in connection.notifies():
                        if notice.payload != self._name:  # of what was committed here, the bell has rung already
                            self._bell.ring()
            await asyncio.sleep(AGAIN)

    async def _look(self) -> None:
        """Ring when an event is there that nobody has told of."""
        seen: tuple[object, ...] | None = None
        while True:
            before = seen
            try:
                with told():
                    async with self._pool.connection() as connection:
                        seen = await (await connection.execute(_LAST)).fetchone()
            except Unavailable:
                self._bell.ring()  # those who listen read for themselves, and tell what is wrong
            if seen != before:
                self._bell.ring()
            await asyncio.sleep(SAFETY_NET)
