"""Load with blows: API, worker and database are killed at random, and the store is held against what was promised."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.platform.clients import Heard, Sent, follower, stubborn
from benchmarks.platform.installation import Installation, Process
from benchmarks.platform.records import events_of, store_of
from benchmarks.platform.town import Place, settled
from skafu.contexts.project.domain.events import ProjectDescribed, ProjectEvent
from skafu.kernel.identity import TenantId
from skafu.storage import Storage

WRITERS, LISTENERS = 4, 3
BETWEEN = (0.5, 4.0)
"""Seconds between two blows."""
PATIENCE = 300
"""Tenths of a second that a listener may need to come to the end."""
Blow = Callable[[], None]


@dataclass(frozen=True)
class Verdict:
    """What came of it: all but the first four should be 0.

    Attributes:
        acknowledged: commands.
        events: that one listener has heard.
        blows: how often something was killed.
        cuts: how often a listener lost its stream.
        lost: acknowledged commands that are not in the store.
        doubled: commands that took effect more than once.
        gaps: events that a listener has not heard.
        repeats: events that a listener has heard more than once, or in another order.
        wrong: answers that should not have been.
    """

    acknowledged: int
    events: int
    blows: int
    cuts: int
    lost: int
    doubled: int
    gaps: int
    repeats: int
    wrong: int

    @property
    def exact(self) -> bool:
        return not (self.lost or self.doubled or self.gaps or self.repeats or self.wrong)

    def __str__(self) -> str:
        return (
            f"{self.lost} lost, {self.doubled} doubled, {self.gaps} gaps, {self.repeats} repeats, {self.wrong} wrong "
            f"answers; {self.acknowledged} commands, {self.events} events, {self.blows} kills, {self.cuts} cuts"
        )


class Killable:
    """A process of an installation that is killed and started again, at the same place."""

    def __init__(self, start: Callable[[int], Process]) -> None:
        self._start = start
        self.process = start(0)
        self.address = ""

    def answers(self) -> None:
        """Wait until it says where it answers, and stay there from now on."""
        self.address = self.process.address

    def kill(self) -> None:
        """Kill it in the middle of whatever it does, and start it again."""
        self.process.kill()
        self.process = self._start(int(self.address.rpartition(":")[2]) if self.address else 0)


async def soaked(place: Installation, seconds: float, crash: Callable[[], None] | None, seed: int = 5) -> Verdict:
    """Put load on an installation for a while, and blows."""
    apis, workers = _begun(place)
    blows: list[Blow] = [each.kill for each in (*apis, *workers)] + ([crash] if crash else [])
    (home,) = await settled(apis[0].process, 1, 4 * WRITERS)
    addresses = [each.address for each in apis]
    sent, heard = Sent(), [Heard() for _ in range(LISTENERS)]
    begun = time.monotonic()

    def going() -> bool:
        return time.monotonic() < begun + seconds

    listening = [asyncio.create_task(follower(addresses, home.token, each, one)) for each, one in enumerate(heard)]
    await asyncio.sleep(0.5)
    writing = [asyncio.create_task(_writer(addresses, home, each, going, sent)) for each in range(WRITERS)]
    struck = await _struck(blows, going, seed)
    await asyncio.gather(*writing)
    async with store_of(place) as storage:
        verdict = await _judged(storage, home, sent, heard, struck)
    for each in listening:
        each.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return verdict


def _begun(place: Installation) -> tuple[list[Killable], list[Killable]]:
    """One process that does all on SQLite; two APIs and a worker on PostgreSQL."""
    apart = ("--no-workers",) if place.database else ()
    apis = [Killable(lambda port: place.up(*apart, port=port))]
    apis[0].answers()
    if not place.database:
        return apis, []
    apis.append(Killable(lambda port: place.up(*apart, port=port)))
    apis[1].answers()
    return apis, [Killable(lambda _: place.worker())]


async def _writer(addresses: list[str], home: Place, number: int, going: Callable[[], bool], sent: Sent) -> None:
    await stubborn(addresses, home.token, number, home.projects[number::WRITERS], going, sent)


async def _struck(blows: Sequence[Blow], going: Callable[[], bool], seed: int) -> int:
    chance, struck = random.Random(seed), 0
    while going():
        await asyncio.sleep(chance.uniform(*BETWEEN))
        await asyncio.to_thread(chance.choice(blows))
        struck += 1
    return struck


async def _judged(storage: Storage, home: Place, sent: Sent, heard: Sequence[Heard], struck: int) -> Verdict:
    titles: Counter[str] = Counter()
    order: list[str] = []
    async for event in events_of(storage, TenantId(home.organisation_id)):
        if isinstance(event.event, ProjectEvent):
            order.append(str(event.event_id))
        if isinstance(event.event, ProjectDescribed):
            titles[event.event.title] += 1
    gaps, repeats = 0, 0
    for one in heard:
        await _caught_up(one, order[-1])
        missing, again = compared(one.events, order)
        gaps, repeats = gaps + missing, repeats + again
    lost = [title for title in sent.acknowledged if not titles[title]]
    doubled = [title for title, times in titles.items() if times > 1]
    events, cuts = min(len(one.events) for one in heard), sum(one.cuts for one in heard)
    return Verdict(
        len(sent.acknowledged), events, struck, cuts, len(lost), len(doubled), gaps, repeats, len(sent.wrong)
    )


async def _caught_up(heard: Heard, last: str) -> None:
    """Wait until a listener has come to the end; what it has not heard by then is missing."""
    for _ in range(PATIENCE):
        if last in heard.events:
            return
        await asyncio.sleep(0.1)


def compared(heard: Sequence[str], order: Sequence[str]) -> tuple[int, int]:
    """How many events somebody has missed, and how many were heard again or too late.

    Args:
        heard: the ids as they came.
        order: all that there were, in order; those before the first that was heard do not count.
    """
    place = {each: number for number, each in enumerate(order)}
    numbers = [place[each] for each in heard]
    again = sum(1 for before, after in pairwise(numbers) if after <= before)
    first = numbers[0] if numbers else 0
    return len(set(range(first, len(order))) - set(numbers)), again
