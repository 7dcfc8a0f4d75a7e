"""What an installation has on record, read from its store beside the processes that run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import reduce
from operator import or_
from pathlib import Path

from pydantic import SecretStr

from benchmarks.platform.installation import Installation
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import START, Cursor, Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.kernel.telemetry import NOBODY
from skafu.server_bootstrap.makers import MAKERS
from skafu.server_bootstrap.stores import open_stores
from skafu.settings import Settings
from skafu.storage import Storage


@asynccontextmanager
async def store_of(place: Installation) -> AsyncIterator[Storage]:
    """The store of an installation."""
    types: EventTypes = reduce(or_, (each.EVENT_TYPES for each in MAKERS), EventTypes())
    database = SecretStr(place.database) if place.database else None
    settings = Settings(data=Path(place.data), database_url=database)
    async with open_stores(settings, types, NOBODY) as stores:
        yield stores.storage


async def events_of(storage: Storage, tenant: TenantId) -> AsyncIterator[RecordedEvent[Event]]:
    """All that has happened in an organisation, in order."""
    cursor: Cursor = START
    while (page := await storage.feed.read(cursor)).cursor != cursor:
        cursor = page.cursor
        for event in page.events:
            if event.tenant == tenant:
                yield event
