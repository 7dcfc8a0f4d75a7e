"""The worker that follows the feed for every projection and reaction, in as many processes as there are."""

import asyncio
import contextlib
from collections.abc import Sequence

import msgspec

from skafu.kernel.error_bus import ErrorBus
from skafu.kernel.errors import Unavailable
from skafu.kernel.events import Cursor
from skafu.kernel.identity import Clock
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.checkpoints import Change, CheckpointState
from skafu.storage.documents import Collection
from skafu.storage.feed import Shard
from skafu.storage.projections.builds import Build, Builds, physical_name
from skafu.storage.projections.following import Follower, Handler, Patience, Pause, is_passing
from skafu.storage.projections.parking import ParkingLot
from skafu.storage.projections.projection import Projection, Recorded
from skafu.storage.projections.swapping import RETIRED, Swap
from skafu.storage.storage import Storage


class ProjectionBuild(msgspec.Struct, frozen=True):
    """One build of a projection, as a follower handles it."""

    projection: Projection
    number: int
    storage: Storage

    @property
    def name(self) -> str:
        """The name of its checkpoint."""
        return physical_name(self.projection.name, self.number)

    @property
    def one_by_one(self) -> bool:
        """A page is one transaction."""
        return False

    async def handle(self, events: Sequence[Recorded], /) -> Sequence[Change]:
        """Fold events into the documents of this build."""
        collection = self.projection.collection
        physical = Collection(physical_name(collection.name, self.number), collection.indexes)
        return await self.projection.changes(events, self.storage.read_models, physical)


class ShardStatus(msgspec.Struct, frozen=True):
    """How far a shard has come.

    Attributes:
        follower: the projection (with its build, from the second on) or reaction.
        shard: its number.
        owner: the worker that follows, or nobody.
        cursor: the last place that has been handled.
        behind: events that have not been handled.
        seconds: the age of the oldest of them.
    """

    follower: str
    shard: int
    owner: str
    cursor: Cursor
    behind: int
    seconds: float


class Worker:
    """Follows what nobody else follows. Start as many as you like: each shard has one owner."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        *,
        projections: Sequence[Projection] = (),
        reactions: Sequence[Handler] = (),
        shards: int = 1,
        name: str = "worker",
        patience: Patience | None = None,
        pause: Pause = asyncio.sleep,
        tracer: Tracer = NOBODY,
        errors: ErrorBus | None = None,
    ) -> None:
        """Take what is to be followed.

        Args:
            storage: the store.
            clock: for the record of parked events and for lags.
            projections: the read models to be kept up to date.
            reactions: effects and process managers.
            shards: the parts that new projections and reactions are cut into. Existing ones keep theirs until rebuilt.
            name: who owns the claims; unique among the workers of a store.
            patience: how to wait.
            pause: waits for some seconds.
            tracer: hears of pages and reactions.
            errors: hears of events that could not be handled.
        """
        self._storage = storage
        self._clock = clock
        self._projections = {each.name: each for each in projections}
        self._reactions = reactions
        self._shards = shards
        self._name = name
        self._patience = patience or Patience()
        self._pause = pause
        self._tracer = tracer
        self._builds = Builds(storage.documents)
        self._lot = ParkingLot(storage.documents, clock, errors)
        self._swap = Swap(storage)
        self._running: dict[tuple[str, int], asyncio.Task[None]] = {}

    @property
    def parking_lot(self) -> ParkingLot:
        """The events that could not be handled."""
        return self._lot

    async def run(self) -> None:
        """Follow without end; cancel to stop. Claims are given back on the way out.

        While the store does not answer, the worker waits for it.
        """
        try:
            while True:
                with contextlib.suppress(Unavailable):
                    await self.look()
                await self._pause(self._patience.look_again)
        finally:
            # In a task of its own: this one may have been cancelled, and the store ends cancelled tasks.
            await asyncio.shield(asyncio.create_task(self._stop(list(self._running))))

    async def look(self) -> None:
        """Follow what should be followed now and is free, let go of what should not, end rebuilds."""
        await self._advance()
        wanted = {(each.name, shard.index): (each, shard) for each, shard in await self._wanted()}
        ended = [place for place, task in self._running.items() if task.done()]
        for place in ended:
            await self._ended(place)
        await self._stop([place for place in self._running if place not in wanted])
        for place, (handler, shard) in wanted.items():
            if place not in self._running:
                await self._begin(handler, shard)

    async def catch_up(self) -> None:
        """Handle what is there now, in this process, and return: for tests and for the end of an import."""
        for handler, shard in await self._wanted():
            follower = self._follower(handler, shard)
            claim = await follower.claim(self._name)
            if claim is not None:
                await self._storage.checkpoints.release(await follower.catch_up(claim))
        await self._advance()

    async def status(self) -> list[ShardStatus]:
        """How far each shard has come of what this worker knows."""
        counts = {handler.name: shard.count for handler, shard in await self._wanted()}
        states = [each for each in await self._storage.checkpoints.states() if each.owner != RETIRED]
        return [await self._status(each, counts[each.projection]) for each in states if each.projection in counts]

    async def _status(self, state: CheckpointState, shards: int) -> ShardStatus:
        lag = await self._storage.feed.lag(state.cursor, shard=Shard(state.shard, shards))
        age = (self._clock() - lag.oldest).total_seconds() if lag.oldest else 0.0
        return ShardStatus(state.projection, state.shard, state.owner, state.cursor, lag.events, max(age, 0.0))

    async def _advance(self) -> None:
        """Bring rebuilds on; nearly always there is none."""
        for name, (build, _) in (await self._builds.read_all(list(self._projections))).items():
            if build.changes:
                await self._swap.advance(self._projections[name])

    async def _wanted(self) -> list[tuple[Handler, Shard]]:
        wanted: list[tuple[Handler, Shard]] = []
        names = [*self._projections, *(reaction.name for reaction in self._reactions)]
        known = await self._builds.read_all(names, shards=self._shards)
        for projection in self._projections.values():
            for number, count in await self._following(*known[projection.name]):
                build = ProjectionBuild(projection, number, self._storage)
                wanted += [(build, Shard(index, count)) for index in range(count)]
        for reaction in self._reactions:
            for _, count in await self._following(*known[reaction.name]):
                wanted += [(reaction, Shard(index, count)) for index in range(count)]
        return wanted

    async def _following(self, build: Build, revision: int) -> tuple[tuple[int, int], ...]:
        """The builds of a name that follow the feed; the first is put on record, so that all cut it alike."""
        if not revision and not await self._builds.write(build, 0):
            build, _ = await self._builds.read(build.projection)
        return build.following()

    def _follower(self, handler: Handler, shard: Shard) -> Follower:
        return Follower(
            handler,
            shard,
            self._storage,
            self._lot,
            patience=self._patience,
            pause=self._pause,
            tracer=self._tracer,
        )

    async def _begin(self, handler: Handler, shard: Shard) -> None:
        follower = self._follower(handler, shard)
        claim = await follower.claim(self._name)
        if claim is not None:
            name = f"{handler.name} {shard.index}"
            self._running[handler.name, shard.index] = asyncio.create_task(follower.follow(claim), name=name)

    async def _ended(self, place: tuple[str, int]) -> None:
        """Forget a follower that has lost its claim or its store, to begin again; what else stopped it ends the worker.

        Raises:
            Exception: what stopped it.
        """
        error = _heard(self._running.pop(place))
        if error is not None and not is_passing(error):
            raise error

    async def _stop(self, places: Sequence[tuple[str, int]]) -> None:
        tasks = [self._running[place] for place in places]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)  # awaited one by one, a cancellation of this one would look like theirs
        for place in places:
            _heard(self._running.pop(place))
        held = set(places)
        for state in await self._storage.checkpoints.states() if held else ():
            if state.owner == self._name and (state.projection, state.shard) in held:
                claim = await self._storage.checkpoints.claim(
                    state.projection, state.shard, self._name, self._patience.lease
                )
                if claim is not None:
                    await self._storage.checkpoints.release(claim)


def _heard(task: "asyncio.Task[None]") -> BaseException | None:
    """What ended a follower; nothing when it was cancelled, be it by what its handler waited for."""
    return None if task.cancelled() else task.exception()
