"""Followers that stand at one place share a read, and nobody misses anything by it."""

import asyncio
from uuid import UUID

from sealed_stores import AT, Joined
from storage_samples import ORIGIN

from skafu.kernel.events import START, Cursor, KnownRecord, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.kernel.personal import ERASED
from skafu.storage.adapters.shared_pages import REMEMBERED, SharedPages
from skafu.storage.feed import ALL, Page

FULL, EMPTY = Page((), Cursor("1")), Page((), START)
PLACE = (START, 500, ALL)
RING = asyncio.Event()


class Feed:
    """Gives pages when it is told to."""

    def __init__(self, *pages: Page) -> None:
        self.pages = list(pages)
        self.reads = 0
        self.gate = asyncio.Event()

    async def fetch(self) -> Page:
        self.reads += 1
        page = self.pages.pop(0)
        await self.gate.wait()
        return page


async def _asked(shared: SharedPages, feed: Feed, *rings: asyncio.Event) -> "list[asyncio.Task[Page]]":
    tasks = [asyncio.create_task(shared.read(PLACE, each, feed.fetch)) for each in rings]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_a_page_is_read_once_for_all_who_want_it() -> None:
    shared, feed = SharedPages(), Feed(FULL)
    tasks = await _asked(shared, feed, *[RING] * 5)
    feed.gate.set()
    assert await asyncio.gather(*tasks) == [FULL] * 5
    assert await shared.read(PLACE, RING, feed.fetch) is FULL
    assert feed.reads == 1


async def test_an_empty_page_that_was_on_its_way_is_not_taken_for_the_present() -> None:
    """Who was woken by an event reads for itself when the read that it joined had begun before."""
    shared, feed = SharedPages(), Feed(EMPTY, FULL)
    first, second = await _asked(shared, feed, RING, asyncio.Event())
    feed.gate.set()
    assert (await first, await second) == (EMPTY, FULL)


async def test_an_empty_page_serves_all_who_were_not_woken_since_it_was_asked_for() -> None:
    shared, feed = SharedPages(), Feed(EMPTY)
    tasks = await _asked(shared, feed, *[RING] * 5)
    feed.gate.set()
    assert await asyncio.gather(*tasks) == [EMPTY] * 5
    assert feed.reads == 1


async def test_who_was_woken_meanwhile_reads_together() -> None:
    shared, feed = SharedPages(), Feed(EMPTY, FULL)
    later = asyncio.Event()
    first, *others = await _asked(shared, feed, RING, later, later, later)
    feed.gate.set()
    assert await first == EMPTY
    assert await asyncio.gather(*others) == [FULL] * 3
    assert feed.reads == 2


async def test_an_empty_page_is_read_anew_each_time() -> None:
    shared, feed = SharedPages(), Feed(EMPTY, EMPTY, FULL)
    feed.gate.set()
    assert [await shared.read(PLACE, RING, feed.fetch) for _ in range(3)] == [EMPTY, EMPTY, FULL]


async def test_who_goes_away_takes_nobodys_page_along() -> None:
    shared, feed = SharedPages(), Feed(FULL)
    first, second = await _asked(shared, feed, RING, asyncio.Event())
    first.cancel()
    feed.gate.set()
    assert await second == FULL


async def test_only_the_last_pages_are_remembered() -> None:
    shared = SharedPages()
    for number in range(REMEMBERED + 1):
        feed = Feed(Page((), Cursor(f"{number + 1}")))
        feed.gate.set()
        await shared.read((Cursor(f"{number}"), 500, ALL), RING, feed.fetch)
    again = Feed(Page((), Cursor("1")))
    again.gate.set()
    await shared.read((Cursor("0"), 500, ALL), RING, again.fetch)
    assert again.reads == 1


async def test_what_was_read_with_the_key_of_a_person_is_read_anew_by_everybody() -> None:
    record = KnownRecord(UUID(int=1), TenantId("acme"), "s", 1, Cursor("1"), ORIGIN, AT)
    known = Page((RecordedEvent(Joined("ann", "ann@example.com"), record),), Cursor("1"))
    erased = Page((RecordedEvent(Joined("ann", ERASED), record),), Cursor("1"))
    shared, feed = SharedPages(), Feed(known, erased, erased)
    first, second = await _asked(shared, feed, RING, asyncio.Event())
    feed.gate.set()
    assert (await first, await second) == (known, erased)
    assert await shared.read(PLACE, RING, feed.fetch) == erased


async def test_who_comes_as_a_read_ends_reads_for_itself() -> None:
    shared, feed = SharedPages(), Feed(*[EMPTY] * 50)
    feed.gate.set()
    tasks = []
    for _ in range(50):
        tasks.append(asyncio.create_task(shared.read(PLACE, asyncio.Event(), feed.fetch)))
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == [EMPTY] * 50
