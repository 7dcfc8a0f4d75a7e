"""Who follows the events of an organisation misses none when the way to the store breaks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

import pytest

from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import START, Cursor, Event, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.codec import PlainCodec
from skafu.storage.event_store import ANY
from skafu.storage.feed import ALL, Page, Shard
from skafu.web_api.streaming import LiveEvents

ACME = TenantId("acme")
ORIGIN = Origin(Actor("system", "test"), UUID(int=1), UUID(int=1))


class Rung(Event, frozen=True):
    """A bell was rung."""

    number: int


class BreakingFeed:
    """A feed whose subscriptions end after one page."""

    def __init__(self, storage: Storage) -> None:
        self._feed = storage.feed
        self.read, self.tip, self.lag = self._feed.read, self._feed.tip, self._feed.lag

    async def subscribe(
        self, after: Cursor = START, *, limit: int = 500, shard: Shard = ALL
    ) -> AsyncGenerator[Page, None]:
        async with aclosing(self._feed.subscribe(after, limit=limit, shard=shard)) as pages:
            async for page in pages:
                yield page
                raise ConnectionError


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.listening: list[bool] = []
        self.heard: list[Event] = []

    def listen(self, listening: bool, /) -> None:
        self.listening.append(listening)

    def hear(self, event: RecordedEvent[Event], /) -> None:
        self.heard.append(event.event)


async def _ring(storage: Storage, number: int) -> None:
    await storage.events.append(ACME, "bell-1", [Rung(number)], expected=ANY, origin=ORIGIN)


async def test_events_that_happen_while_nobody_reads_are_told_afterwards() -> None:
    storage = memory_storage(PlainCodec(EventTypes(EventType(Rung, "test.Rung"))))
    ear = Ear()
    live = LiveEvents(BreakingFeed(storage), (Rung,), [ear])
    await _ring(storage, 0)
    async with asyncio.timeout(20), aclosing(live.follow(ACME, None, beat=0.01)) as events:
        assert await anext(events) is None
        for number in (1, 2):
            running = asyncio.create_task(live.run(ready := asyncio.Event()))
            await asyncio.sleep(0)
            if number == 1:
                await ready.wait()
                await _ring(storage, number)
            with pytest.raises(ConnectionError):
                await running
            await _ring(storage, number + 1)
        told = [event.event async for event in _so_far(events)]
    assert told == [Rung(1), Rung(2)]
    assert ear.heard == told
    assert ear.listening == [True, False, True, False]


async def _so_far(
    events: AsyncGenerator[RecordedEvent[Event] | None, None],
) -> AsyncGenerator[RecordedEvent[Event], None]:
    async for each in events:
        if each is None:
            return
        yield each
