"""All ports but that of contents in PostgreSQL, for a team with processes on several machines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from skafu.kernel.identity import Clock, NewId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.postgres.access import PostgresAccess, one_login, pools
from skafu.storage.adapters.postgres.checkpoints import PostgresCheckpoints, PostgresReadModels
from skafu.storage.adapters.postgres.documents import PostgresDocuments
from skafu.storage.adapters.postgres.events import PostgresEventStore
from skafu.storage.adapters.postgres.feed import PostgresFeed
from skafu.storage.adapters.postgres.importing import PostgresImport
from skafu.storage.adapters.postgres.lane import WriterLane
from skafu.storage.adapters.postgres.migrating import bring_up
from skafu.storage.adapters.postgres.tenants import TenantSessions
from skafu.storage.adapters.postgres.wake import Wake
from skafu.storage.adapters.system import new_id as system_id
from skafu.storage.adapters.system import now
from skafu.storage.codec import EventCodec
from skafu.storage.storage import Storage

__all__ = ["PostgresAccess", "one_login", "postgres_storage"]


@asynccontextmanager
async def postgres_storage(
    access: PostgresAccess,
    codec: EventCodec,
    *,
    clock: Clock = now,
    new_id: NewId = system_id,
    tracer: Tracer = NOBODY,
) -> AsyncIterator[Storage]:
    """Open a store, made or brought to the newest schema if need be.

    Args:
        access: how to get into the database.
        codec: how events are written.
        clock: the moment that events are recorded at. Leases end by the clock of the server.
        new_id: the ids of events.
        tracer: hears of appends and reads.

    Raises:
        Unavailable: the server does not answer, or a newer version of the program has been here.
    """
    await asyncio.to_thread(bring_up, access.owner)
    async with AsyncExitStack() as open_parts:
        pool = await open_parts.enter_async_context(pools(access))
        wake = Wake(pool.feed, access.feed)
        open_parts.push_async_callback(wake.close)
        lane = WriterLane(pool.writer, clock, wake.committed)
        open_parts.push_async_callback(lane.close)
        sessions = TenantSessions(pool.reader)
        yield Storage(
            events=PostgresEventStore(lane, sessions, codec, new_id, tracer),
            documents=PostgresDocuments(sessions),
            feed=PostgresFeed(pool.feed, wake, codec, tracer),
            checkpoints=PostgresCheckpoints(pool.feed),
            read_models=PostgresReadModels(pool.feed),
            imports=PostgresImport(pool.writer, pool.feed, codec, wake.committed),
        )
