"""The one that is never killed: it repeats what was not acknowledged, follows the feed, and counts what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.store.trails import TRAILS, number_of, trail_of, worker
from benchmarks.store.victims import TENANT, Turns, Wish
from skafu.kernel.events import START, Cursor
from skafu.storage import Storage


@dataclass
class Faults:
    """What no store may ever do, counted."""

    lost: int = 0
    doubled: int = 0
    inverted: int = 0
    missing: int = 0
    wrong: int = 0

    def text(self) -> str:
        """For people."""
        return (
            f"{self.lost} lost, {self.doubled} doubled, {self.inverted} inverted, "
            f"{self.missing} acknowledged but missing, {self.wrong} read models that differ"
        )

    @property
    def none(self) -> bool:
        """Whether all is well."""
        return not any((self.lost, self.doubled, self.inverted, self.missing, self.wrong))


@dataclass
class Survivor:
    """Has a store open while others die around it."""

    storage: Storage
    faults: Faults = field(default_factory=Faults)
    events: int = 0
    _cursor: Cursor = START
    _followed: defaultdict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    async def repeat(self, turns: Turns, acknowledged: Mapping[str, int]) -> None:
        """Make every wish come true; what was acknowledged must be there, in the same place."""
        for wish in (wish for wishes in turns for wish in wishes):
            done = await wish.fulfil(self.storage)
            known = acknowledged.get(wish.key)
            if known is not None and (known, True) != (done.version, done.repeated):
                self.faults.missing += 1

    async def follow(self) -> None:
        """Read the feed from where it was left to its end."""
        while True:
            page = await self.storage.feed.read(self._cursor, limit=100)
            for event in page.events:
                self._followed[event.stream].append((event.version, number_of(event)))
            self.events += len(page.events)
            if page.cursor == self._cursor and not (await self.storage.feed.lag(self._cursor)).events:
                return
            self._cursor = page.cursor

    async def project(self, name: str) -> None:
        """Bring the read model up to date."""
        follower = worker(self.storage, name)
        await follower.catch_up()
        while any(each.behind for each in await follower.status()):
            await follower.catch_up()

    async def compare(self, wishes: Iterable[Wish]) -> None:
        """Hold streams, feed and read model against what was wished."""
        wished: defaultdict[str, list[int]] = defaultdict(list)
        for wish in wishes:
            wished[wish.stream] += wish.numbers
        documents = await self.storage.documents.get(TENANT, TRAILS, list(wished))
        for stream, numbers in wished.items():
            events = await self.storage.events.read_stream(TENANT, stream)
            there = [number_of(each) for each in events]
            self.faults.lost += len(set(numbers) - set(there))
            self.faults.doubled += len(there) - len(set(there))
            self.faults.doubled += len(self._followed[stream]) - len(set(self._followed[stream]))
            self.faults.lost += len(set(there) - {number for _, number in self._followed[stream]})
            ordered = list(enumerate(there, 1))
            self.faults.inverted += self._followed[stream] != ordered
            self.faults.wrong += stream not in documents or documents[stream].body != trail_of(events)
