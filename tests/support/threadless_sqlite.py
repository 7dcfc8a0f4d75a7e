"""The store in SQLite with no thread of its own: what happens, happens in the same order in each life of it.

The statements, the file and its lock are those of the real store; only who runs them is another.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from skafu.kernel.identity import Clock, NewId
from skafu.storage import Storage
from skafu.storage.adapters.sqlite.checkpoints import SqliteCheckpoints, SqliteReadModels
from skafu.storage.adapters.sqlite.connections import bring_up, connect, told
from skafu.storage.adapters.sqlite.documents import SqliteDocuments
from skafu.storage.adapters.sqlite.events import SqliteEventStore
from skafu.storage.adapters.sqlite.feed import SqliteFeed
from skafu.storage.adapters.sqlite.importing import SqliteImport
from skafu.storage.adapters.sqlite.lane import Write, WriterLane
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.adapters.sqlite.side_lock import open_side_file
from skafu.storage.adapters.sqlite.watch import Watch
from skafu.storage.codec import EventCodec

T = TypeVar("T")


class AtOnce(ThreadPoolExecutor):
    """Does what others would do in threads right away."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 as its parent
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 whoever waits is told
            future.set_exception(error)
        return future


class _Reads(Readers):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._connection.execute("PRAGMA query_only = ON")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        await asyncio.sleep(0)
        with told(self._path):
            return work(self._connection)

    async def close(self) -> None:
        self._connection.close()


class _Writes(WriterLane):
    def __init__(self, path: Path, appended: Callable[[], None]) -> None:
        self._path = path
        self._connection = connect(path, "NORMAL")
        self._side = open_side_file(path)
        self._appended = appended
        self._loop = asyncio.get_running_loop()
        self._queue = SimpleQueue()

    async def run(self, work: Callable[[sqlite3.Connection], T], *, appends: bool = False) -> T:
        await asyncio.sleep(0)
        write = Write(work, self._loop.create_future(), appends)
        self._settle(self._together(write))
        result: T = await write.future
        return result

    async def close(self) -> None:
        self._connection.close()
        os.close(self._side)


@asynccontextmanager
async def threadless_sqlite(path: Path, codec: EventCodec, clock: Clock, new_id: NewId) -> AsyncIterator[Storage]:
    """Open the store; the event loop is given an executor without threads."""
    asyncio.get_running_loop().set_default_executor(AtOnce())
    bring_up(path)
    watch, readers = Watch(connect(path)), _Reads(path)
    lane = _Writes(path, watch.ring)
    try:
        yield Storage(
            events=SqliteEventStore(lane, readers, codec, clock, new_id),
            documents=SqliteDocuments(lane, readers),
            feed=SqliteFeed(readers, watch, codec),
            checkpoints=SqliteCheckpoints(lane, readers, clock),
            read_models=SqliteReadModels(lane, readers),
            imports=SqliteImport(lane, codec),
        )
    finally:
        await lane.close()
        await readers.close()
        await watch.close()
