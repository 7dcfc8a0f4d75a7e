"""Does the work of the queue, as much at once as each lane allows, in as many processes as there are."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from skafu.kernel.error_bus import ErrorBus, ErrorReport, Severity, SilentErrorBus
from skafu.kernel.errors import Conflict, NotFound, SkafuError, Unavailable, code_of
from skafu.kernel.identity import Clock
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.event_store import EventStore
from skafu.storage.tracing import working
from skafu.storage.work.failures import LOOK_AT_WORKERS, read_failure, written_failure
from skafu.storage.work.queue import LEASE, Claimed, QueuedWork, WorkQueue, kinds_by_name, milliseconds_of
from skafu.storage.work.spoken import spoken
from skafu.storage.work.work import GivenUp, HearPutOff, Lane, Later, PutOff, Work, WorkKind

LANES: Final[Mapping[Lane, int]] = MappingProxyType({"quick": 8, "heavy": 1})
HEARTBEAT: Final = 1.0
"""Seconds between two looks at whether work in hand is still wanted."""
LOOK_AGAIN: Final = 0.1
"""Seconds between two looks for work that is due."""
LOOKS_TO_LAPSED: Final = 10
"""Looks until work is looked for whose lease has ended."""
LOOKS_TO_SWEEP: Final = 10_000
FAILED_TO_GIVE_UP: Final = 5.0
ANOTHER_PROCESS: Final = 5.0
"""Seconds after which work comes again that this version of the program does not know."""

Pause = Callable[[float], Awaitable[None]]
_log = logging.getLogger("skafu.work")


class WorkRunner:
    """One for each process."""

    def __init__(
        self,
        queue: WorkQueue,
        events: EventStore,
        kinds: Sequence[WorkKind],
        clock: Clock,
        *,
        owner: str,
        errors: ErrorBus | None = None,
        lanes: Mapping[Lane, int] = LANES,
        pause: Pause = asyncio.sleep,
        tracer: Tracer = NOBODY,
        hearers: Sequence[HearPutOff] = (),
    ) -> None:
        """Do nothing yet; call `run`.

        Args:
            queue: where the work is.
            events: where the events are that asked for it.
            kinds: what this process can do.
            clock: for the limit of how often work is put off.
            owner: who claims; unique among the processes of a store.
            errors: hears each failure.
            lanes: how much is done at once.
            pause: waits for some seconds.
            tracer: hears of work.
            hearers: are told of attempts that came to nothing, when the work is done again by itself.
        """
        self._queue = queue
        self._events = events
        self._kinds = kinds_by_name(kinds)
        self._clock = clock
        self._owner = owner
        self._errors = errors or SilentErrorBus()
        self._lanes = lanes
        self._pause = pause
        self._tracer = tracer
        self._hearers = hearers
        self._running: dict[asyncio.Task[None], Lane] = {}
        self._looking: asyncio.Task[None] | None = None
        self._looks = 0

    async def run(self) -> None:
        """Do work without end; cancel to stop. What is in hand then goes back into the queue."""
        try:
            while True:
                # In a task of its own: what it has claimed is begun, and then given back, when this one is cancelled.
                self._looking = asyncio.create_task(self._look_and_sweep())
                await asyncio.shield(self._looking)
                await self._pause(LOOK_AGAIN)
        finally:
            await asyncio.shield(asyncio.create_task(self._stop()))

    async def _look_and_sweep(self) -> None:
        with suppress(Unavailable):
            await self.look()
            self._looks += 1
            if self._looks % LOOKS_TO_SWEEP == 1:
                await self._queue.sweep()

    async def look(self) -> None:
        """Begin what is due and what there is room for."""
        lapsed = self._looks % LOOKS_TO_LAPSED == 0
        for lane, most in self._lanes.items():
            room = most - sum(1 for each in self._running.values() if each == lane)
            for claimed in await self._queue.claim(lane, self._owner, room, lapsed=lapsed) if room > 0 else ():
                task = asyncio.create_task(self._do(claimed), name=claimed.work.id)
                self._running[task] = lane
                task.add_done_callback(lambda done: self._running.pop(done, None))

    @property
    def busy(self) -> int:
        """How much is in hand."""
        return len(self._running)

    async def settle(self) -> None:
        """Wait until all that this process has in hand has ended: for tests and for draining."""
        while self._running:
            await asyncio.wait(list(self._running))

    async def _stop(self) -> None:
        if self._looking is not None:
            await asyncio.wait([self._looking])
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running))

    async def _do(self, claimed: Claimed) -> None:
        """Do a piece of work while its lease is renewed; it ends when the lease is lost or nobody wants it any more."""
        doing = asyncio.create_task(self._outcome(claimed.work))
        try:
            while True:
                await asyncio.wait([doing], timeout=HEARTBEAT)
                if doing.done():
                    break
                mine = await self._still_mine(claimed)
                if mine is None:
                    return
                claimed = mine
            await self._conclude(claimed, doing.result())
        except asyncio.CancelledError:
            await _ended(doing)
            with suppress(Unavailable):
                await self._queue.put_off(claimed, 0, failure=claimed.work.failure, again=True)
            raise
        except Unavailable:
            return  # the lease ends by itself, and somebody does the work again
        finally:
            await _ended(doing)

    async def _still_mine(self, claimed: Claimed) -> Claimed | None:
        """The claim, renewed when a third of its lease is over; none when it is lost or nobody wants the work."""
        try:
            return await self._renewed(claimed)
        except Unavailable:
            # Nobody else begins the work before its lease ends: until then, a store that is away does not stop it.
            return claimed if claimed.work.due > self._queue.now() else None

    async def _renewed(self, claimed: Claimed) -> Claimed | None:
        found = await self._queue.look(claimed.work.id)
        if found is None or found.work.owner != self._owner or found.work.attempt != claimed.work.attempt:
            return None
        if found.work.cancelled:
            await self._queue.end(found, "cancelled")
            return None
        left = found.work.due - self._queue.now()
        return found if left > milliseconds_of(LEASE) * 2 / 3 else await self._queue.renew(found)

    async def _outcome(self, queued: QueuedWork) -> Exception | None:
        """What came of an attempt; none when all went well."""
        kind = self._kinds.get(queued.kind)
        if kind is None:
            return Later(ANOTHER_PROCESS)
        if not queued.failure and queued.attempt > len(kind.retries) + 1:
            return GivenUp("the process that did it ended each time", fix=LOOK_AT_WORKERS)
        try:
            work = await self._work(queued)
            with working(self._tracer, kind.name, work.attempt, work.event):
                await _within_its_limit(kind, work, queued.failure)
        except Exception as error:  # noqa: BLE001 whatever it is, it is told, and the work is tried again
            return error
        return None

    async def _work(self, queued: QueuedWork) -> Work:
        found = await self._events.read_stream(queued.tenant, queued.stream, from_version=queued.version, limit=1)
        if not found:
            raise NotFound(f"the event that asked for {queued.id} is gone")
        return Work(queued.id, queued.kind, queued.tenant, found[0], queued.attempt)

    async def _conclude(self, claimed: Claimed, error: Exception | None) -> None:
        """Put on record what came of an attempt."""
        queued = claimed.work
        if error is None:
            await self._queue.end(claimed, "given up" if queued.failure else "done")
        elif isinstance(error, Later):
            await self._later(claimed, error)
        elif queued.failure:
            await self._report(queued, error, "ERROR", again=True)
            await self._queue.put_off(claimed, FAILED_TO_GIVE_UP, failure=queued.failure)
        else:
            await self._failed(claimed, error)

    async def _later(self, claimed: Claimed, later: Later) -> None:
        kind = self._kinds.get(claimed.work.kind)
        waited = (self._queue.now() - claimed.work.asked) / 1000
        if kind is not None and waited > kind.patience_seconds:
            await self._failed(claimed, _waited_too_long(kind))
        else:
            await self._queue.put_off(claimed, later.seconds, failure=claimed.work.failure, again=True)
            if isinstance(later.__cause__, SkafuError):
                await self._tell(claimed.work, later.__cause__, later.seconds)

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        retries = self._kinds[claimed.work.kind].retries
        if _for_good(error) or claimed.work.attempt > len(retries):
            await self._report(claimed.work, error, "ERROR", again=False)
            await self._queue.put_off(claimed, 0, failure=written_failure(error))
        else:
            await self._report(claimed.work, error, "WARNING", again=True)
            seconds = retries[claimed.work.attempt - 1]
            await self._queue.put_off(claimed, seconds)
            await self._tell(claimed.work, error, seconds)

    async def _tell(self, queued: QueuedWork, error: Exception, seconds: float) -> None:
        """Tell those who wait why it takes longer. It is news of the moment: nothing depends on it."""
        if not self._hearers:
            return
        try:
            why = read_failure(written_failure(error))
            put_off = PutOff(await self._work(queued), why, self._clock() + timedelta(seconds=seconds))
            for hear in self._hearers:
                await hear(put_off)
        except SkafuError as failed:
            _log.warning("nobody could be told that %s is done again: %s", queued.id, failed)

    async def _report(self, queued: QueuedWork, error: Exception, severity: Severity, *, again: bool) -> None:
        expected = isinstance(error, SkafuError)
        await self._errors.report(
            ErrorReport(
                tenant=queued.tenant,
                correlation_id=UUID(queued.correlation),
                source=queued.kind.partition(".")[0],
                severity=severity,
                code=code_of(type(error)) if isinstance(error, SkafuError) else "UNEXPECTED_ERROR",
                message=str(error) if expected else type(error).__name__,
                context={"function": queued.kind, "subject": queued.subject, "attempt": str(queued.attempt)},
                can_retry=again,
                at=self._clock(),
                stack="" if expected else "".join(traceback.format_exception(error)),
            )
        )


def _waited_too_long(kind: WorkKind) -> GivenUp:
    words = f"it had to wait for longer than {spoken(kind.patience_seconds)}"
    return GivenUp(words, fix="look at what it waits for")


async def _within_its_limit(kind: WorkKind, work: Work, failure: str) -> None:
    """Do work, or record that it has failed.

    Raises:
        Unavailable: it took too long, or something that it waited for was cancelled.
    """
    try:
        async with asyncio.timeout(kind.limit_seconds) as limit:
            await (kind.gave_up(work, read_failure(failure)) if failure else kind.perform(work))
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise Unavailable(f"it did not end within {spoken(kind.limit_seconds)}", fix=LOOK_AT_WORKERS) from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise Unavailable("something that it waited for was cancelled", fix=LOOK_AT_WORKERS) from error


async def _ended(task: "asyncio.Task[Exception | None]") -> None:
    """End a task, and wait for it."""
    task.cancel()
    await asyncio.wait([task])


def _for_good(error: Exception) -> bool:
    """Whether the same would happen again."""
    return isinstance(error, SkafuError) and not isinstance(error, Conflict | Unavailable)
