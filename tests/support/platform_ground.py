"""A small platform for tests: a store, a command bus, followers and workers, on a clock that is moved by hand."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Command, Cursor, Event
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import Blobs, Storage
from skafu.storage.dispatching import Aggregate, CommandBus
from skafu.storage.handling import Outcome
from skafu.storage.ledger import Ledger
from skafu.storage.projections import Projection, Worker
from skafu.storage.projections.following import Handler, Patience
from skafu.storage.work import AskForWork, HearPutOff, WorkKind, WorkQueue, WorkRunner

ACME = TenantId("acme")
OTHER = TenantId("other")
ANN = Actor("person", "ann")


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def origin(number: int = 1) -> Origin:
    """Where a request of Ann's comes from."""
    return Origin(ANN, UUID(int=number), UUID(int=number))


class Ground:
    """The parts, put together. Give it what the parts do before the first event."""

    def __init__(
        self,
        storage: Storage,
        blobs: Blobs,
        aggregates: Sequence[Aggregate],
        *,
        owner: str = "one",
        clock: HandClock | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock or HandClock()
        ids = count(1)
        bus = CommandBus(storage.events, aggregates)
        self.ledger = Ledger(
            storage.events, storage.documents, blobs, bus, self.clock, lambda: UUID(int=10**6 + next(ids))
        )
        self.queue = WorkQueue(storage.documents, self.clock)
        self._owner = owner
        self._heard: Cursor | None = None

    def starts(
        self,
        *,
        projections: Sequence[Projection] = (),
        works: Sequence[WorkKind] = (),
        reactions: Sequence[Handler] = (),
        hearers: Sequence[HearPutOff] = (),
    ) -> None:
        asking = AskForWork(self.queue, works)
        self.worker = Worker(
            self.storage,
            self.clock,
            projections=projections,
            reactions=[asking, *reactions],
            name=self._owner,
            patience=Patience(retries=()),
        )
        self.runner = WorkRunner(self.queue, self.storage.events, works, self.clock, owner=self._owner, hearers=hearers)

    async def send(self, command: Command, *, tenant: TenantId = ACME, number: int = 1) -> Outcome[Event]:
        return await self.ledger.commands.send(tenant, command, origin=origin(number))

    async def follow(self) -> None:
        """Let everybody hear what has happened, and what has happened because of it."""
        while self._heard != (tip := await self.storage.feed.tip()):
            await self.worker.catch_up()
            self._heard = tip

    async def look(self) -> None:
        """Follow, and do what is due."""
        self._heard = None  # read models that are built anew go on without an event
        await self.follow()
        await self.runner.look()
        await self.runner.settle()
        await self.follow()

    async def look_without_waiting(self) -> None:
        """Follow, and do what is due, while work in hand goes on."""
        await self.follow()
        await self.runner.look()
        await asyncio.sleep(0.05)
        await self.follow()

    async def settle(self, *, until: Callable[[], bool] = lambda: False, most: int = 400) -> None:
        """Go on until nothing is left to be done; the clock moves to what is put off."""
        for _ in range(most):
            await self.look()
            waiting = await self.queue.open()
            if until() or not waiting:
                return
            due = min(each.due for each in waiting) - self.queue.now()
            self.clock.pass_by(max(due, 0) / 1000)
        raise AssertionError(f"this does not end: {[each.id for each in waiting]}")

    async def events(self, stream: str, *, tenant: TenantId = ACME) -> list[Event]:
        return [each.event for each in await self.storage.events.read_stream(tenant, stream)]


def types_of(*types: EventTypes) -> EventTypes:
    """All types together."""
    found = EventTypes()
    for each in types:
        found |= each
    return found
