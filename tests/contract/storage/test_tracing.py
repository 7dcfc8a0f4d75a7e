"""What a store and a worker tell those who listen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from listening_tracer import Listener
from postgres_databases import emptied
from projected_numbers import QUICK, sums
from storage_engines import ENGINES
from storage_samples import ACME, ORIGIN, Counted, codec, counted

from skafu.kernel.identity import Actor
from skafu.storage import ANY, NO_STREAM, Storage, WrongVersion
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.projections import Reaction, Recorded, Worker


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path, listener: Listener) -> AsyncIterator[Storage]:
    async with AsyncExitStack() as stack:
        match request.param:
            case "memory":
                yield memory_storage(codec(), tracer=listener)
            case "sqlite":
                yield await stack.enter_async_context(sqlite_storage(tmp_path / "traced.db", codec(), tracer=listener))
            case _:
                address = request.getfixturevalue("postgres_database")
                emptied(address)
                yield await stack.enter_async_context(postgres_storage(one_login(address), codec(), tracer=listener))


async def test_a_store_tells_of_appends_loads_and_pages(storage: Storage, listener: Listener) -> None:
    await storage.events.append(ACME, "s", counted(1, 2), expected=ANY, origin=ORIGIN)
    await storage.events.read_stream(ACME, "s")
    after = (await storage.feed.read()).cursor
    assert listener.heard == [
        ("store.append", {"tenant": ACME, "stream": "s", "events": 2, "correlation_id": ORIGIN.correlation_id}),
        ("store.read_stream", {"tenant": ACME, "stream": "s", "from_version": 1}),
        ("store.feed_page", {"after": "", "limit": 500}),
    ]
    async with aclosing(storage.feed.subscribe(limit=1)) as pages:
        await anext(pages)
    assert listener.heard[-1] == ("store.feed_page", {"after": "", "limit": 1})
    assert after
    with pytest.raises(WrongVersion):
        await storage.events.append(ACME, "s", counted(3), expected=NO_STREAM, origin=ORIGIN)
    assert listener.failed == ["store.append"]


async def test_a_worker_tells_of_pages_and_of_what_each_event_leads_to(storage: Storage, listener: Listener) -> None:
    acted: list[object] = []

    async def act(event: Recorded) -> None:
        if not acted:
            acted.append("failed")
            raise OSError("not yet")
        acted.append(event.leads_to(Actor("system", "mailer")).causation_id)

    reaction = Reaction("mail", (Counted,), act)
    worker = Worker(
        storage,
        lambda: datetime.now(UTC),
        projections=[sums()],
        reactions=[reaction],
        patience=QUICK,
        tracer=listener,
    )
    await storage.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)
    await worker.catch_up()
    told = [each for each in listener.heard if each[0] in {"store.projection_page", "store.event"}]
    of_event = {"follower": "mail", "tenant": ACME, "correlation_id": ORIGIN.correlation_id, "causation_id": acted[1]}
    assert told == [
        ("store.projection_page", {"follower": "sums", "shard": 0, "events": 1}),
        ("store.event", of_event),
        ("store.event", of_event),
    ]
    assert listener.failed == ["store.event"]
