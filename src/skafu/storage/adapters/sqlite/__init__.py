"""All ports but that of contents in one SQLite file, for one person or one machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from skafu.kernel.identity import Clock, NewId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.sqlite.checkpoints import SqliteCheckpoints, SqliteReadModels
from skafu.storage.adapters.sqlite.connections import Durability, bring_up, connect
from skafu.storage.adapters.sqlite.documents import SqliteDocuments
from skafu.storage.adapters.sqlite.events import SqliteEventStore
from skafu.storage.adapters.sqlite.feed import SqliteFeed
from skafu.storage.adapters.sqlite.importing import SqliteImport
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.adapters.sqlite.readers import Readers
from skafu.storage.adapters.sqlite.watch import Watch
from skafu.storage.adapters.system import new_id as system_id
from skafu.storage.adapters.system import now
from skafu.storage.codec import EventCodec
from skafu.storage.storage import Storage

__all__ = ["Durability", "sqlite_storage"]


@asynccontextmanager
async def sqlite_storage(
    path: Path,
    codec: EventCodec,
    *,
    durability: Durability = "FULL",
    clock: Clock = now,
    new_id: NewId = system_id,
    tracer: Tracer = NOBODY,
) -> AsyncIterator[Storage]:
    """Open a store, made or brought to the newest schema if need be.

    Args:
        path: the file; its folder exists. Beside it stand a lock and SQLite's own files.
        codec: how events are written.
        durability: how hard a commit is pressed to the disk.
        clock: the moment that events are recorded at, and by which leases end.
        new_id: the ids of events.
        tracer: hears of appends and reads.

    Raises:
        Unavailable: the file cannot be opened, or a newer version of the program has been here.
    """
    await asyncio.to_thread(bring_up, path)
    async with AsyncExitStack() as open_parts:
        watch = Watch(connect(path))
        open_parts.push_async_callback(watch.close)
        readers = Readers(path)
        open_parts.push_async_callback(readers.close)
        lane = WriterLane(path, durability, watch.ring)
        open_parts.push_async_callback(lane.close)
        yield Storage(
            events=SqliteEventStore(lane, readers, codec, clock, new_id, tracer),
            documents=SqliteDocuments(lane, readers),
            feed=SqliteFeed(readers, watch, codec, tracer),
            checkpoints=SqliteCheckpoints(lane, readers, clock),
            read_models=SqliteReadModels(lane, readers),
            imports=SqliteImport(lane, codec),
        )
