"""Projections, reactions and process managers: what follows the feed, and the worker that runs them."""

from skafu.storage.projections.builds import Build, Builds
from skafu.storage.projections.following import Follower, Handler, Patience
from skafu.storage.projections.parking import OPERATORS, EventPlace, Parked, ParkingLot
from skafu.storage.projections.projection import Fold, KeysOf, Projection, Recorded
from skafu.storage.projections.reactions import ProcessManager, Reaction, Wanted
from skafu.storage.projections.worker import ShardStatus, Worker

__all__ = [
    "OPERATORS",
    "Build",
    "Builds",
    "EventPlace",
    "Fold",
    "Follower",
    "Handler",
    "KeysOf",
    "Parked",
    "ParkingLot",
    "Patience",
    "ProcessManager",
    "Projection",
    "Reaction",
    "Recorded",
    "ShardStatus",
    "Wanted",
    "Worker",
]
