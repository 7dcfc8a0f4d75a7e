"""One read of the feed for all who stand at the same place: every follower reads the same events."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from skafu.kernel.events import Cursor
from skafu.kernel.personal import personal_fields
from skafu.storage.feed import Page, Shard

REMEMBERED: Final = 8
"""Pages. Followers go on side by side; who is far behind reads for itself."""

Place = tuple[Cursor, int, Shard]


class _Reading(NamedTuple):
    """A read that is under way, and what the one waits for who began it."""

    ring: asyncio.Event
    page: "asyncio.Future[Page]"


class SharedPages:
    """The last pages of a feed.

    Nothing ever shows up before a place that was passed, so that a page with events stays right for ever: later there
    may only be more after it. What was empty is never remembered, and nothing that was read with somebody's key: they
    may have been erased meanwhile, and whoever builds a read model anew for that must not meet them here.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._recent: OrderedDict[Place, Page] = OrderedDict()
        self._reading: dict[Place, _Reading] = {}

    async def read(self, place: Place, ring: asyncio.Event, fetch: Callable[[], Awaitable[Page]]) -> Page:
        """The page at a place: remembered, being read for somebody else, or read now.

        Args:
            place: where it begins, and of what it consists.
            ring: what the reader waits for when there is nothing: taken from the bell before this.
            fetch: reads the page.
        """
        while place not in self._recent:
            reading = self._reading.get(place)
            if reading is None:
                return await self._first(place, ring, fetch)
            page = await asyncio.shield(reading.page)
            if page.cursor != place[0]:
                return page if _is_nobodys(page) else await fetch()
            # It may have been read before the event that somebody was woken for. Whoever waits for the same ring as
            # the first was not woken since the read began: what it did not see, that ring is still to tell of.
            if reading.ring is ring:
                return page
        return self._recent[place]

    async def _first(self, place: Place, ring: asyncio.Event, fetch: Callable[[], Awaitable[Page]]) -> Page:
        reading = asyncio.ensure_future(self._fetched(place, fetch))
        self._reading[place] = _Reading(ring, reading)
        try:
            return await asyncio.shield(reading)
        finally:
            if not reading.done():
                reading.add_done_callback(_heard)

    async def _fetched(self, place: Place, fetch: Callable[[], Awaitable[Page]]) -> Page:
        """Read a page; once that has ended, nobody joins it any more."""
        try:
            page = await fetch()
        finally:
            del self._reading[place]
        if page.cursor != place[0] and _is_nobodys(page):
            self._recent[place] = page
            if len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        return page


def _is_nobodys(page: Page) -> bool:
    """Whether no event of a page has personal fields."""
    return not any(personal_fields(type(each.event)) for each in page.events)


def _heard(reading: "asyncio.Future[Page]") -> None:
    """Take note of how a read ended that nobody waits for any more."""
    if not reading.cancelled():
        reading.exception()
