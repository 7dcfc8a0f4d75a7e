"""Who follows the feed is woken by events, and by nothing else that is written."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from listening_tracer import Listener
from storage_samples import ACME, ORIGIN, codec, counted, numbers_of

from skafu.storage import ANY, Collection
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.tracing import FEED_PAGE

NOTES = Collection("notes")


async def test_documents_wake_nobody_who_waits_for_events(tmp_path: Path) -> None:
    tracer = Listener()
    async with (
        sqlite_storage(tmp_path / "store.db", codec(), tracer=tracer) as here,
        sqlite_storage(tmp_path / "store.db", codec()) as there,
        aclosing(here.feed.subscribe()) as pages,
        asyncio.timeout(60),
    ):
        waiting = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0.1)
        before = tracer.names().count(FEED_PAGE)
        for number in range(3):
            await here.documents.put(ACME, NOTES, f"{number}", {})
            await there.documents.put(ACME, NOTES, f"{number}", {})
            await asyncio.sleep(0.03)
        assert tracer.names().count(FEED_PAGE) == before
        await there.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)
        assert numbers_of((await waiting).events) == [1]
