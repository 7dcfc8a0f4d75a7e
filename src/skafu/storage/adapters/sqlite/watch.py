"""Tells subscribers that there are new events: at once in this process, within moments from others."""

import asyncio
import sqlite3
from typing import Final

from skafu.storage.adapters.bell import Bell

EVERY: Final = 0.02
"""Seconds between two looks at what other processes have committed. A look reads a number in shared memory."""

_LAST: Final = "SELECT max(position) FROM events"


class Watch:
    """Rings when any process has appended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Look through this connection, which is the watch's own."""
        self._connection = connection
        self._bell = Bell()
        self._looking: asyncio.Task[None] | None = None

    def listen(self) -> asyncio.Event:
        """What the next ring sets: take it before looking, wait for it after."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return self._bell.listen()

    def ring(self) -> None:
        """Wake all who listen."""
        self._bell.ring()

    async def close(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        self._connection.close()

    async def _look(self) -> None:
        # The first numbers may be newer than what a listener has read: the ring makes it read again.
        version: int | None = None
        last: int | None = None
        while True:
            before, known = version, last
            try:
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
                if version != before:  # most commits are of read models, which nobody waits for
                    (last,) = self._connection.execute(_LAST).fetchone()
            except sqlite3.Error:
                version = None  # those who listen read for themselves, and tell what is wrong
            if version is None or before is None or last != known:
                self.ring()
            await asyncio.sleep(EVERY)
