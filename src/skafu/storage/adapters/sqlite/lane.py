"""The one thread of a process that writes: it puts all writes that wait into one transaction.

One flush of the disk then serves many callers. A write that fails takes nobody else's with it: most fail before they
have written anything; where one has, the transaction is begun again without it. A savepoint for each would do as well,
at the price of a copy of every page it changes.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

import msgspec

from skafu.kernel.errors import Invalid, Unavailable
from skafu.storage.adapters.sqlite.connections import Durability, connect, told
from skafu.storage.adapters.sqlite.side_lock import held, open_side_file

T = TypeVar("T")

MOST_WRITES: Final = 256
"""In one transaction, so that other processes get their turn."""


class Write(msgspec.Struct):
    """A write and who waits for it; the outcome is known once the transaction is committed."""

    work: Callable[[sqlite3.Connection], Any]
    future: "asyncio.Future[Any]"
    appends: bool
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        """Tell who waits, unless they have gone."""
        if self.future.cancelled():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class WriterLane:
    """Takes writes from one event loop and does them in order."""

    def __init__(self, path: Path, durability: Durability, appended: Callable[[], None]) -> None:
        """Open the file and start the thread.

        Args:
            path: the database.
            durability: how hard a commit is pressed to the disk.
            appended: called in the event loop after each transaction that appended events.

        Raises:
            Unavailable: the file cannot be opened.
        """
        self._path = path
        self._connection = connect(path, durability)
        with told(path):
            self._side = open_side_file(path)
        self._appended = appended
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[Write | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="skafu-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T], *, appends: bool = False) -> T:
        """Do a write in a transaction that others may share; when it returns, it is committed.

        Args:
            work: writes.
            appends: whether it writes events: those who follow the feed are woken.

        Raises:
            Unavailable: the engine has failed, or the store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        write = Write(work, self._loop.create_future(), appends)
        self._queue.put(write)
        result: T = await write.future
        return result

    async def close(self) -> None:
        """Do what waits, and end."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _live(self) -> None:
        try:
            while (first := self._queue.get()) is not None:
                done = self._together(first)
                self._loop.call_soon_threadsafe(self._settle, done)
        finally:
            self._connection.close()
            os.close(self._side)

    def _together(self, first: Write) -> list[Write]:
        done: list[Write] = []
        try:
            with held(self._side):
                self._connection.execute("BEGIN IMMEDIATE")
                self._fill(first, done)
                self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._fail(done or [first], error)
        return done or [first]

    def _fill(self, first: Write, done: list[Write]) -> None:
        write: Write | None = first
        while write is not None:
            done.append(write)
            if not _applied(self._connection, write):
                self._again(done)
            write = self._next() if len(done) < MOST_WRITES else None

    def _again(self, done: list[Write]) -> None:
        """Do once more, in a new transaction, all that has not failed."""
        whole = False
        while not whole:
            self._connection.execute("ROLLBACK")
            self._connection.execute("BEGIN IMMEDIATE")
            whole = all(_applied(self._connection, write) for write in done if write.error is None)

    def _next(self) -> Write | None:
        try:
            write = self._queue.get_nowait()
        except Empty:
            return None
        if write is None:
            self._queue.put(None)
        return write

    def _fail(self, writes: list[Write], error: Exception) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # it is tried again when the next transaction cannot begin
                self._connection.execute("ROLLBACK")
        for write in writes:
            write.error = Unavailable(
                f"the database {self._path} cannot be written: {error}",
                fix="look at its disk, room and rights",
                told="the database cannot be written",
            )

    def _settle(self, done: list[Write]) -> None:
        for write in done:
            write.settle()
        if any(write.appends and write.error is None for write in done):
            self._appended()


def _applied(connection: sqlite3.Connection, write: Write) -> bool:
    """Do one write; errors of the engine go on and end the transaction, all others are the caller's own.

    Returns:
        Whether the transaction is whole: not when the write has failed after it had changed something.
    """
    before = connection.total_changes
    try:
        write.result = write.work(connection)
    except sqlite3.DataError as error:
        write.error = Invalid(f"SQLite cannot take this: {error}", fix="write less at once")
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001
        write.error = error
    return write.error is None or connection.total_changes == before
