"""One kind of work over the sample events, with all that was done and given up."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from projected_numbers import worker_of
from storage_samples import ACME, ORIGIN, Counted, Opened

from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage import ANY, Storage
from skafu.storage.work import AskForWork, GivenUp, Work, WorkKind, WorkQueue, WorkRunner


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Errors:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[ErrorReport] = []

    async def report(self, error: ErrorReport, /) -> None:
        self.heard.append(error)


class Shop:
    """One kind of work, with what was done and given up."""

    def __init__(self, storage: Storage, act: Callable[[Work], object] | None = None) -> None:
        self.storage = storage
        self.clock = Clock()
        self.errors = Errors()
        self.done: list[str] = []
        self.given_up: list[tuple[str, str]] = []
        self._act = act
        self.kind = WorkKind(
            "sample.count", (Counted,), self._perform, self._gave_up, _subject, (Opened,), retries=(1.0, 5.0)
        )
        self.queue = WorkQueue(storage.documents, self.clock)
        self.runner = self.another("one")

    def another(self, owner: str) -> WorkRunner:
        return WorkRunner(
            self.queue,
            self.storage.events,
            [self.kind],
            self.clock,
            owner=owner,
            errors=self.errors,
        )

    async def asked(self, *events: Event, tenant: TenantId = ACME, stream: str = "s") -> None:
        self.clock.pass_by(0.001)
        await self.storage.events.append(tenant, stream, events, expected=ANY, origin=ORIGIN)
        await worker_of(self.storage, reactions=[AskForWork(self.queue, [self.kind])]).catch_up()

    async def look(self, seconds: float = 0.0) -> None:
        self.clock.pass_by(seconds)
        await self.runner.look()
        await self.runner.settle()

    async def _perform(self, work: Work) -> None:
        result = self._act(work) if self._act else None
        if isinstance(result, asyncio.Event):
            await result.wait()
        self.done.append(f"{work.tenant} {work.event.stream} {work.attempt}")

    async def _gave_up(self, _work: Work, error: GivenUp) -> None:
        self.given_up.append((error.code, error.message))


def _subject(event: RecordedEvent[Event]) -> str:
    return event.stream


def raising(error: Exception) -> Callable[[Work], object]:
    def act(_work: Work) -> object:
        raise error

    return act
