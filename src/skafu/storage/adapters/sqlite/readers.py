"""A few threads that read, each with a connection of its own, so that no reader waits for a writer.

A read is short, and going to a thread and back was a third of it. Threads wait at a pipe: writing to it lets go of the
interpreter at once, where a queue would wake a thread that then waits for the interpreter.
"""

import asyncio
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.sqlite.connections import connect, told

T = TypeVar("T")

THREADS: Final = 3
_ONE: Final = b"1"


class Read(msgspec.Struct, frozen=True):
    """A read and who waits for it."""

    work: Callable[[sqlite3.Connection], Any]
    future: "asyncio.Future[Any]"


class Readers:
    """Reads in threads, for one event loop."""

    def __init__(self, path: Path) -> None:
        """Start no thread and open no connection yet."""
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Read | None] = deque()
        self._under_way = 0
        self._threads: list[threading.Thread] = []
        self._taken, self._given = os.pipe()
        self._closed = False

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do a read.

        Raises:
            Unavailable: the engine has failed, or the store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        if self._under_way >= len(self._threads) < THREADS:
            self._start()
        read = Read(work, self._loop.create_future())
        self._under_way += 1
        self._give(read)
        result: T = await read.future
        return result

    async def close(self) -> None:
        """Wait for reads that are under way, and let the file go."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._give(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        os.close(self._taken)
        os.close(self._given)

    def _start(self) -> None:
        thread = threading.Thread(target=self._live, name=f"skafu-reader-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _give(self, read: Read | None) -> None:
        self._waiting.append(read)
        os.write(self._given, _ONE)

    def _next(self) -> Read | None:
        os.read(self._taken, 1)
        return self._waiting.popleft()

    def _live(self) -> None:
        own = _Own(self._path)
        while self._answer(own, self._next()):
            pass
        own.close()

    def _answer(self, own: "_Own", read: Read | None) -> bool:
        """Do a read and tell who waits; nothing of it stays in the thread. False when the thread is to end."""
        if read is None:
            return False
        result: object = None
        error: Exception | None = None
        try:
            result = own.run(read.work)
        except Exception as raised:  # noqa: BLE001
            error = raised
        self._loop.call_soon_threadsafe(self._settle, read.future, result, error)
        return True

    def _settle(self, future: "asyncio.Future[Any]", result: object, error: Exception | None) -> None:
        self._under_way -= 1
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


class _Own:
    """The connection of one thread, opened when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read.

        Raises:
            Unavailable: the engine has failed.
        """
        with told(self._path):
            if self._connection is None:
                self._connection = connect(self._path)
                self._connection.execute("PRAGMA query_only = ON")
            return work(self._connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
