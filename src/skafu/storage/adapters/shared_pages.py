"""One read of the feed for all who stand at the same place: every follower reads the same events."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from skafu.kernel.events import Cursor
from skafu.kernel.personal import personal_fields
from skafu.storage.feed import Page, Shard

REMEMBERED: Final = 8
"""Pages. Followers go on side by side; who is far behind reads for itself."""

Place = tuple[Cursor, int, Shard]


class SharedPages:
    """The last pages of a feed.

    Nothing ever shows up before a place that was passed, so that a page with events stays right for ever: later there
    may only be more after it. What was empty is never remembered, and nothing that was read with somebody's key: they
    may have been erased meanwhile, and whoever builds a read model anew for that must not meet them here.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._recent: OrderedDict[Place, Page] = OrderedDict()
        self._reading: dict[Place, asyncio.Future[Page]] = {}

    async def read(self, place: Place, fetch: Callable[[], Awaitable[Page]]) -> Page:
        """The page at a place: remembered, being read for somebody else, or read now."""
        if place in self._recent:
            return self._recent[place]
        if place in self._reading:
            page = await asyncio.shield(self._reading[place])
            # An empty page may have been read before the event that somebody was woken for.
            return page if page.cursor != place[0] and _is_nobodys(page) else await fetch()
        return await self._first(place, fetch)

    async def _first(self, place: Place, fetch: Callable[[], Awaitable[Page]]) -> Page:
        reading = asyncio.ensure_future(fetch())
        self._reading[place] = reading
        try:
            page = await asyncio.shield(reading)
        finally:
            self._reading.pop(place, None)
            if not reading.done():
                reading.add_done_callback(_heard)
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
