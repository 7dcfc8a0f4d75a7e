"""How a store stands: how much there is, how far each follower has come, what is parked."""

import msgspec

from skafu.kernel.identity import Clock
from skafu.storage.checkpoints import CheckpointState
from skafu.storage.documents import Documents, Query
from skafu.storage.feed import Shard
from skafu.storage.operations import Census, Operations
from skafu.storage.projections import OPERATORS, Build, ParkingLot, ShardStatus
from skafu.storage.projections.builds import BUILDS, physical_name
from skafu.storage.projections.swapping import RETIRED
from skafu.storage.storage import Storage
from skafu.storage.work.chores import PREFIX as CHORE


class StoreStatus(msgspec.Struct, frozen=True):
    """How a store stands.

    Attributes:
        census: how much there is.
        followers: how far each shard of each projection and reaction has come.
        rebuilding: projections that are being built anew.
        parked: events that wait for somebody's decision.
    """

    census: Census
    followers: tuple[ShardStatus, ...]
    rebuilding: tuple[str, ...]
    parked: int


async def status(storage: Storage, operations: Operations, clock: Clock) -> StoreStatus:
    """Look at a store.

    Raises:
        Unavailable: the engine does not answer.
        UnknownCursor: a checkpoint is not of this store.
    """
    builds = await builds_of(storage.documents)
    counts = shard_counts(builds)
    states = [each for each in await storage.checkpoints.states() if _follows(each)]
    followers = [await _follower(storage, each, counts.get(each.projection, 1), clock) for each in states]
    parked = await ParkingLot(storage.documents, clock).list()
    rebuilding = tuple(each.projection for each in builds if each.next is not None)
    return StoreStatus(await operations.census(), tuple(followers), rebuilding, len(parked))


async def builds_of(documents: Documents) -> list[Build]:
    """The builds of all projections and reactions that a worker has ever followed."""
    builds: list[Build] = []
    query = Query(limit=200)
    while True:
        page = await documents.find(OPERATORS, BUILDS, query)
        builds += [msgspec.convert(each.body, Build) for each in page.documents]
        if page.next is None:
            return builds
        query = msgspec.structs.replace(query, after=page.next)


def shard_counts(builds: list[Build]) -> dict[str, int]:
    """Into how many parts each follower is cut, by the name of its checkpoints."""
    counts = {physical_name(each.projection, each.current): each.shards for each in builds}
    return counts | {physical_name(each.projection, each.next): each.next_shards for each in builds if each.next}


async def _follower(storage: Storage, state: CheckpointState, shards: int, clock: Clock) -> ShardStatus:
    lag = await storage.feed.lag(state.cursor, shard=Shard(state.shard, shards))
    age = (clock() - lag.oldest).total_seconds() if lag.oldest else 0.0
    return ShardStatus(state.projection, state.shard, state.owner, state.cursor, lag.events, max(age, 0.0))


def _follows(state: CheckpointState) -> bool:
    """Whether a checkpoint is of somebody who follows the feed now."""
    return state.owner != RETIRED and not state.projection.startswith(CHORE)
