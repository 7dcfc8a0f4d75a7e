"""The end of a rebuild: the new build takes over at one moment, never behind what was answered before."""

from datetime import timedelta

import msgspec

from skafu.kernel.events import Cursor
from skafu.storage.feed import Shard
from skafu.storage.projections.builds import Build, Builds, physical_name
from skafu.storage.projections.projection import Projection
from skafu.storage.storage import Storage

NEAR = 1_000
"""Events that a new build may be behind when the current one is stopped; the rest takes moments."""

RETIRED = "retired"
"""Owns the checkpoints of a build that was stopped, for ever: nobody can begin it anew over its own documents."""

FOR_EVER = timedelta(days=100 * 365)


class Swap:
    """Brings the rebuilds of a store to their end. Each step can be repeated by any worker after a crash."""

    def __init__(self, storage: Storage) -> None:
        """Work on this store."""
        self._storage = storage
        self._builds = Builds(storage.documents)

    async def advance(self, projection: Projection) -> Build:
        """Do what can be done now for the rebuild of a projection, and tell how its builds stand."""
        build, revision = await self._builds.read(projection.name)
        changed = await self._next_step(projection, build) if revision else None
        if changed is None or not await self._builds.write(changed, revision):
            return build
        return changed

    async def _next_step(self, projection: Projection, build: Build) -> Build | None:
        if build.next is None:
            return await self._without_retired(projection, build)
        if build.phase == "filling":
            near = await self._behind(projection.name, build) <= NEAR
            return msgspec.structs.replace(build, phase="swapping") if near else None
        if build.stopped_at is None:
            return await self._stopped(projection.name, build)
        if await self._behind(projection.name, build, build.stopped_at) > 0:
            return None
        name = projection.collection.name
        await self._storage.read_models.swap(name, physical_name(name, build.next))
        return Build(build.projection, build.next, build.next_shards, retired=(*build.retired, build.current))

    async def _stopped(self, name: str, build: Build) -> Build | None:
        """The build with the place where the current one stands still, once all its followers have let go."""
        checkpoint = physical_name(name, build.current)
        for shard in range(build.shards):
            if await self._storage.checkpoints.claim(checkpoint, shard, RETIRED, FOR_EVER) is None:
                return None
        return msgspec.structs.replace(build, stopped_at=await self._storage.feed.tip())

    async def _without_retired(self, projection: Projection, build: Build) -> Build | None:
        if not build.retired:
            return None
        for retired in build.retired:
            await self._storage.read_models.drop(physical_name(projection.collection.name, retired))
        return msgspec.structs.replace(build, retired=())

    async def _behind(self, name: str, build: Build, place: Cursor | None = None) -> int:
        """The events up to a place, or up to now, that the next build has not seen."""
        checkpoint = physical_name(name, build.next or build.current)
        states = [each for each in await self._storage.checkpoints.states() if each.projection == checkpoint]
        if len(states) < build.next_shards:
            return NEAR + 1
        behind = 0
        for state in states:
            shard = Shard(state.shard, build.next_shards)
            left = await self._storage.feed.lag(state.cursor, shard=shard)
            beyond = await self._storage.feed.lag(place, shard=shard) if place is not None else None
            behind += max(0, left.events - (beyond.events if beyond else 0))
        return behind
