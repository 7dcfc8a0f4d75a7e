"""The events of an organisation as they happen: each once, in order, from any place on."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Final, Protocol
from uuid import UUID

from skafu.kernel.events import START, Cursor, Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage.feed import Feed, Page, Shard

REMEMBERED: Final = 10_000
"""Events of all organisations that are kept in memory for those who listen."""
PARTS: Final = 1024
"""Into how many parts tenants are cut when one of them reads the past."""
PAGE: Final = 500
A_MOMENT: Final = 0.01


class Ear(Protocol):
    """Hears of all events of all organisations, in each process, soon after they happen."""

    def listen(self, listening: bool, /) -> None:  # noqa: FBT001 the one thing that it is told
        """From now on every event is heard, or may be missed."""

    def hear(self, event: RecordedEvent[Event], /) -> None:
        """An event has happened. Quick, and never fails."""


class LiveEvents:
    """One for each process: reads the feed once, for all who listen.

    Who listens reads the past from the feed until it meets what is in memory. What is seen both ways is told once.
    """

    def __init__(self, feed: Feed, streamed: tuple[type[Event], ...], ears: Sequence[Ear] = ()) -> None:
        """Show only these events; `ears` hear of all."""
        self._feed = feed
        self._streamed = streamed
        self._ears = ears
        self._recent: deque[RecordedEvent[Event]] = deque()
        self._first = 0
        self._rung = asyncio.Event()
        self._cursor = START
        self._began = False
        self._closed = False

    def close(self) -> None:
        """Let go of all who listen: they come again, and find another process."""
        self._closed = True
        self._ring()

    async def run(self, ready: asyncio.Event) -> None:
        """Follow the feed without end; `ready` is set when nothing can be missed any more.

        When it is begun again after it broke off, it goes on where it was, so that who listens misses nothing.
        """
        if not self._began:
            self._cursor, self._began = await self._feed.tip(), True
        try:
            async with aclosing(self._feed.subscribe(self._cursor)) as pages:
                self._tell_ears(listening=True)
                ready.set()
                async for page in pages:
                    for each in page.events:
                        for ear in self._ears:
                            ear.hear(each)
                    self._cursor = page.cursor
                    self._remember([each for each in page.events if isinstance(each.event, self._streamed)])
        finally:
            self._tell_ears(listening=False)

    def _tell_ears(self, *, listening: bool) -> None:
        for ear in self._ears:
            ear.listen(listening)

    async def follow(
        self, tenant: TenantId, after: Cursor | None, *, beat: float
    ) -> AsyncGenerator[RecordedEvent[Event] | None, None]:
        """The events of a tenant after a place, without end; none from time to time, while nothing happens.

        Args:
            tenant: whose events.
            after: the position of the last event that was seen; from now on when there is none.
            beat: seconds of silence before a none.

        Raises:
            UnknownCursor: the place is not of this store.
        """
        number, told = self._next, set[UUID]()
        if after is not None:
            shard = _shard_of(tenant)
            async for page in self._past(after, shard):
                after = page.cursor
                for event in self._wanted(page, tenant):
                    yield event
            await self._not_behind(after)
            number = self._next
            async for page in self._past(after, shard):
                for event in self._wanted(page, tenant):
                    told.add(event.event_id)
                    yield event
        async with aclosing(self._live(tenant, number, beat)) as events:
            async for each in events:
                if each is None or each.event_id not in told:
                    yield each

    async def _live(
        self, tenant: TenantId, number: int, beat: float
    ) -> AsyncGenerator[RecordedEvent[Event] | None, None]:
        """What is in memory from a number on, and what comes."""
        while True:
            ring = self._rung
            if self._closed or number < self._first:
                return  # too slow: the caller comes again with the last place that it has seen
            for event in list(self._recent)[number - self._first :]:
                number += 1
                if event.tenant == tenant:
                    yield event
            try:
                async with asyncio.timeout(beat):
                    await ring.wait()
            except TimeoutError:
                yield None

    @property
    def _next(self) -> int:
        """The number of the next event that will be remembered."""
        return self._first + len(self._recent)

    async def _not_behind(self, place: Cursor) -> None:
        """Wait until the memory has come to a place that somebody may have from a faster process."""
        while True:
            ahead = await self._feed.lag(place)
            if (await self._feed.lag(self._cursor)).events <= ahead.events:
                return
            await asyncio.sleep(A_MOMENT)

    async def _past(self, after: Cursor, shard: Shard) -> AsyncGenerator[Page, None]:
        cursor = after
        while (page := await self._feed.read(cursor, limit=PAGE, shard=shard)).cursor != cursor:
            yield page
            cursor = page.cursor

    def _wanted(self, page: Page, tenant: TenantId) -> Iterator[RecordedEvent[Event]]:
        return (each for each in page.events if each.tenant == tenant and isinstance(each.event, self._streamed))

    def _remember(self, events: list[RecordedEvent[Event]]) -> None:
        if not events:
            return
        self._recent.extend(events)
        while len(self._recent) > REMEMBERED:
            self._recent.popleft()
            self._first += 1
        self._ring()

    def _ring(self) -> None:
        heard, self._rung = self._rung, asyncio.Event()
        heard.set()


def _shard_of(tenant: TenantId) -> Shard:
    return next(shard for index in range(PARTS) if (shard := Shard(index, PARTS)).has(tenant))
