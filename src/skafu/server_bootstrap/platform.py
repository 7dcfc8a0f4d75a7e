"""Builds the platform: the store, the contexts on it, and what keeps them going."""

import os
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import reduce
from operator import or_

import msgspec

from skafu.contexts.identity.adapters.keyring import SealedKeyring
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import START
from skafu.server_bootstrap.makers import MAKERS
from skafu.server_bootstrap.site import PartMaker, Site
from skafu.server_bootstrap.stores import open_stores
from skafu.server_bootstrap.telemetry import tracer_of
from skafu.settings import Settings
from skafu.storage import Storage
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.system import new_id, now
from skafu.storage.dispatching import CommandBus
from skafu.storage.ledger import Ledger
from skafu.storage.projections import Worker
from skafu.storage.work import AskForWork, ChoreRunner, Lane, WorkQueue, WorkRunner
from skafu.web_api.door import Door
from skafu.web_api.idempotency import KeptAnswers
from skafu.web_api.parts import Part
from skafu.web_api.principal import Authenticator
from skafu.web_api.rates import Rate, RateLimiter
from skafu.web_api.sealed_answers import SealedAnswers
from skafu.web_api.streaming import LiveEvents


class Platform(msgspec.Struct, frozen=True):
    """The platform of one process.

    Attributes:
        settings: what it was built from.
        storage: the store.
        ledger: the store as contexts see it.
        parts: the contexts.
        door: who lets requests in.
        live: the events of an organisation as they happen.
        queue: the work that waits.
        worker: keeps read models up to date.
        runner: does the work that waits.
        chores: does what is done again and again.
        site: what the parts were built with.
        types: all events that the store knows.
    """

    settings: Settings
    storage: Storage
    ledger: Ledger
    parts: tuple[Part, ...]
    door: Door
    live: LiveEvents
    queue: WorkQueue
    worker: Worker
    runner: WorkRunner
    chores: ChoreRunner
    site: Site
    types: EventTypes

    async def settle(self) -> None:
        """Bring everything to rest in this process: read models, work that is due, and what follows. For tests."""
        busy, before, tip = 1, START, START
        while busy or before != tip:
            before = tip
            await self.worker.catch_up()
            await self.runner.look()
            busy = self.runner.busy
            await self.runner.settle()
            tip = await self.storage.feed.tip()


@asynccontextmanager
async def open_platform(
    settings: Settings,
    *,
    makers: Sequence[PartMaker] = MAKERS,
    authenticator: Authenticator | None = None,
) -> AsyncIterator[Platform]:
    """Open the platform. Nothing runs yet: serve its routes, and run its worker and runner.

    Args:
        settings: of the installation.
        makers: the contexts.
        authenticator: lets people in instead of identity: for tests.

    Raises:
        SkafuError: something cannot be opened; all that was opened is closed.
    """
    types: EventTypes = reduce(or_, (each.EVENT_TYPES for each in makers), EventTypes())
    async with AsyncExitStack() as exits:
        tracer, hand_over = tracer_of(settings)
        exits.callback(hand_over)
        stores = await exits.enter_async_context(open_stores(settings, types, tracer))
        bus = CommandBus(stores.storage.events, [each for maker in makers for each in maker.AGGREGATES], tracer)
        ledger = Ledger(stores.storage.events, stores.storage.documents, stores.blobs, bus, now, new_id)
        queue = WorkQueue(stores.storage.documents, now)
        process = f"{socket.gethostname()}-{os.getpid()}-{new_id().hex[:8]}"
        site = Site(
            settings, stores.storage, stores.keys, stores.erasures, ledger, queue, exits, types, process, tracer
        )
        if authenticator is not None:
            site.authenticator = authenticator
        parts = tuple([await maker.open_part(site) for maker in makers])
        yield _platform(site, parts, authenticator or site.authenticator)


def _platform(site: Site, parts: tuple[Part, ...], authenticator: Authenticator) -> Platform:
    settings, storage = site.settings, site.storage
    works = [each for part in parts for each in part.works]
    rate = Rate(settings.requests_per_second, settings.requests_at_once)
    worker = Worker(
        storage,
        now,
        projections=[each for part in parts for each in part.projections],
        reactions=[AskForWork(site.queue, works), *(each for part in parts for each in part.reactions)],
        shards=settings.shards,
        name=site.process,
        tracer=site.tracer,
        errors=site.errors,
    )
    site.shards = worker.status
    lanes: dict[Lane, int] = {"quick": settings.quick_work, "heavy": settings.heavy_work}
    runner = WorkRunner(
        site.queue,
        storage.events,
        works,
        now,
        owner=site.process,
        errors=site.errors,
        lanes=lanes,
        tracer=site.tracer,
        hearers=[each for part in parts for each in part.hearers],
    )
    limiter = RateLimiter(rate, time.monotonic)
    door = Door(authenticator, site.quotas, limiter, KeptAnswers(storage.documents), _sealed_answers(site), now, new_id)
    chores = ChoreRunner(storage.checkpoints, [each for part in parts for each in part.chores], owner=site.process)
    streamed = tuple(each for part in parts for each in part.streamed)
    live = LiveEvents(storage.feed, streamed, site.ears)
    return Platform(
        settings, storage, site.ledger, parts, door, live, site.queue, worker, runner, chores, site, site.types
    )


def _sealed_answers(site: Site) -> SealedAnswers:
    cipher = AesGcm()
    keyring = SealedKeyring(site.storage.documents, site.keys, cipher)
    return SealedAnswers(site.storage.documents, lambda: keyring.secret("repeated requests"), cipher, now)
