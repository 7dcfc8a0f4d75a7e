"""A few threads that read, each with a connection of its own, so that no reader waits for a writer."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.sqlite.connections import connect, told

T = TypeVar("T")

THREADS: Final = 3


class Readers:
    """Reads in threads."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="skafu-reader")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do a read.

        Raises:
            Unavailable: the engine has failed, or the store is closed.
        """
        try:
            reading = self._threads.submit(self._read, work)
        except RuntimeError as error:
            raise Unavailable("the store is closed") from error
        return await asyncio.wrap_future(reading)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with told(self._path):
            connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
            if connection is None:
                connection = self._own.connection = connect(self._path)
                connection.execute("PRAGMA query_only = ON")
                self._open.append(connection)
            return work(connection)

    async def close(self) -> None:
        """Wait for reads that are under way, and let the file go."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._open:
            connection.close()
