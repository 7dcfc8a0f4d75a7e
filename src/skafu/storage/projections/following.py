"""Following the feed: one shard of one projection or reaction, page by page, from its checkpoint on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Protocol, runtime_checkable

import msgspec

from skafu.kernel.errors import Unavailable
from skafu.kernel.events import START, Cursor
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.checkpoints import Change, Claim, ClaimLost
from skafu.storage.feed import Page, Shard
from skafu.storage.projections.parking import Parked, ParkingLot
from skafu.storage.projections.projection import Recorded
from skafu.storage.storage import Storage
from skafu.storage.tracing import handling_event, handling_page

Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""


class Handler(Protocol):
    """What is done with events: documents to be written together with the checkpoint, or effects outside."""

    @property
    def name(self) -> str:
        """The name of its checkpoint."""

    @property
    def one_by_one(self) -> bool:
        """Whether the checkpoint moves after each event, because effects outside cannot be taken back."""

    async def handle(self, events: Sequence[Recorded], /) -> Sequence[Change]:
        """What events lead to.

        Raises:
            Exception: an event cannot be handled. With several events, they are tried again one by one.
        """


@runtime_checkable
class Choosy(Protocol):
    """A handler that can say which events are of no concern: the checkpoint moves over them without a write of each."""

    def concerns(self, event: Recorded, /) -> bool:
        """Whether anything is done with an event. Pure."""


class Patience(msgspec.Struct, frozen=True):
    """How a follower waits.

    Attributes:
        lease: how long a claim lasts without being renewed.
        retries: the pauses in seconds between the attempts at an event, before it is parked.
        look_again: seconds between two looks at what was decided about a parked event.
        page: events per page.
        noted: seconds after which pages that led to nothing are put on record: most events are of no concern to most
            followers.
        gather: seconds after a page that was not full, in which events gather for the next one: a page of one event
            costs nearly as much as one of many.
        many: events on a page from which on events come so thick that more of them are let gather.
        gather_many: seconds in which they do.
    """

    lease: timedelta = timedelta(seconds=15)
    retries: tuple[float, ...] = (0.1, 0.5, 2.0)
    look_again: float = 0.5
    page: int = 500
    noted: float = 1.0
    gather: float = 0.01
    many: int = 20
    gather_many: float = 0.03

    def after(self, events: int) -> float:
        """Seconds to wait after a page of so many events."""
        if events >= self.page:
            return 0.0
        return self.gather_many if events >= self.many else self.gather


class _Following:
    """A claim that moves on, by one at a time."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.turn = asyncio.Lock()


class Follower:
    """One shard of one handler. At most one follower in the world moves its checkpoint."""

    def __init__(
        self,
        handler: Handler,
        shard: Shard,
        storage: Storage,
        lot: ParkingLot,
        *,
        patience: Patience | None = None,
        pause: Pause = asyncio.sleep,
        tracer: Tracer = NOBODY,
    ) -> None:
        """Follow nothing yet; call `claim`, then `follow`."""
        self._handler = handler
        self._shard = shard
        self._storage = storage
        self._lot = lot
        self._patience = patience or Patience()
        self._pause = pause
        self._tracer = tracer
        self._passed: Cursor | None = None
        self._concerns = handler.concerns if isinstance(handler, Choosy) else None
        # A projection meets the store alone; what does not answer a reaction may be something outside.
        self._passing = (ClaimLost,) if handler.one_by_one else (ClaimLost, Unavailable)

    async def claim(self, owner: str, *, start: Cursor = START) -> Claim | None:
        """Take the right to the checkpoint; none while somebody else has it."""
        return await self._storage.checkpoints.claim(
            self._handler.name, self._shard.index, owner, self._patience.lease, start=start
        )

    async def follow(self, claim: Claim) -> None:
        """Handle every event from the claim's cursor on, without end.

        Raises:
            ClaimLost: somebody else follows now.
        """
        self._passed = None
        async with asyncio.TaskGroup() as tasks:
            following = _Following(claim)
            beside = [tasks.create_task(self._renew(claim)), tasks.create_task(self._note(following))]
            try:
                await self._pages(following)
            finally:
                for task in beside:
                    task.cancel()

    async def _pages(self, following: "_Following") -> None:
        parked = await self._lot.waiting(self._handler.name, self._shard.index)
        place = following.claim.cursor
        feed = self._storage.feed.subscribe(place, limit=self._patience.page, shard=self._shard)
        async with aclosing(feed) as pages:
            async for page in pages:
                async with following.turn:
                    following.claim = await self._page(following.claim, page, parked, lazily=True)
                parked = None if page.events else parked
                if seconds := self._patience.after(len(page.events)):
                    await self._pause(seconds)

    async def _note(self, following: "_Following") -> None:
        """Put on record, from time to time, what was passed without a change."""
        while True:
            await self._pause(self._patience.noted)
            async with following.turn:
                if self._passed is not None:
                    following.claim = await self._saved(following.claim, self._passed)

    async def catch_up(self, claim: Claim) -> Claim:
        """Handle what is there now, and return.

        Raises:
            ClaimLost: somebody else follows now.
        """
        parked = await self._lot.waiting(self._handler.name, self._shard.index)
        while True:
            page = await self._storage.feed.read(claim.cursor, limit=self._patience.page, shard=self._shard)
            if page.cursor == claim.cursor:
                return claim
            claim = await self._page(claim, page, parked, lazily=False)
            parked = None if page.events else parked

    async def _page(self, claim: Claim, page: Page, parked: Parked | None, *, lazily: bool) -> Claim:
        """Handle a page; `lazily`: one that leads to nothing is put on record later."""
        if parked is None and not self._handler.one_by_one:
            with handling_page(self._tracer, self._handler.name, self._shard.index, len(page.events)):
                changes = await self._at_once(page.events)
                if changes is not None:
                    return await self._ended(claim, page.cursor, changes, lazily=lazily)
        for event in page.events:
            if parked is None and self._concerns is not None and not self._concerns(event):
                continue
            claim = await self._event(claim, event, parked)
            parked = None
        return claim if claim.cursor == page.cursor else await self._ended(claim, page.cursor, (), lazily=lazily)

    async def _ended(self, claim: Claim, cursor: Cursor, changes: Sequence[Change], *, lazily: bool) -> Claim:
        if lazily and not changes:
            self._passed = cursor
            return claim
        return await self._saved(claim, cursor, changes)

    async def _saved(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        self._passed = None
        return await self._storage.read_models.save(claim, cursor, changes)

    async def _at_once(self, events: Sequence[Recorded]) -> Sequence[Change] | None:
        """What events lead to together; none when one of them fails, which is then found one by one.

        Raises:
            Unavailable: the store does not answer, which is no event's fault: nothing is parked for it.
        """
        try:
            return await self._handler.handle(events)
        except self._passing:
            raise
        except Exception:
            return None

    async def _event(self, claim: Claim, event: Recorded, parked: Parked | None) -> Claim:
        if parked is not None and parked.event.id != str(event.event_id):
            # Its process died between passing that event and closing its case: nothing was decided about this one.
            await self._lot.close(parked, "skipped" if parked.decision == "skip" else "done")
            parked = None
        while True:
            if parked is not None and parked.decision == "skip":
                claim = await self._saved(claim, event.position)
                await self._lot.close(parked, "skipped")
                return claim
            outcome = await self._attempts(event)
            if isinstance(outcome, Exception):
                parked = await self._parked(event, outcome)
                continue
            claim = await self._saved(claim, event.position, outcome)
            if parked is not None:
                await self._lot.close(parked, "done")
            return claim

    async def _attempts(self, event: Recorded) -> Sequence[Change] | Exception:
        """What an event leads to, or the error of the last attempt."""
        for seconds in (*self._patience.retries, None):
            try:
                with handling_event(self._tracer, self._handler.name, event):
                    return await self._handler.handle((event,))
            except self._passing:
                raise
            except Exception as error:
                failure = error
            if seconds is not None:
                await self._pause(seconds)
        return failure

    async def _parked(self, event: Recorded, error: Exception) -> Parked:
        """Park an event and wait until somebody has decided."""
        attempts = len(self._patience.retries) + 1
        parked = await self._lot.park(self._handler.name, self._shard.index, event, error, attempts)
        while parked.decision not in {"retry", "skip"}:
            await self._pause(self._patience.look_again)
            parked = await self._lot.look(parked)
        return parked

    async def _renew(self, claim: Claim) -> None:
        while True:
            await self._pause(self._patience.lease.total_seconds() / 3)
            renewed = await self.claim(claim.owner)
            if renewed is None or renewed.fence != claim.fence:
                raise ClaimLost(claim)


def is_passing(error: BaseException) -> bool:
    """Whether all that went wrong is that somebody else follows now, or that the store does not answer."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_passing(each) for each in error.exceptions)
    return isinstance(error, ClaimLost | Unavailable)
