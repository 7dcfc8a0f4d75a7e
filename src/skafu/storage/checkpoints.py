"""The ports of the runner of projections: who folds which shard, how far it has come, and what it writes."""

from collections.abc import Collection as SizedSet
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from skafu.kernel.errors import Conflict
from skafu.kernel.events import START, Cursor
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Body, Collection, Document


class Claim(msgspec.Struct, frozen=True):
    """The right to move a checkpoint on.

    Attributes:
        projection: its name.
        shard: its part of the tenants.
        owner: who has the right.
        fence: grows whenever the right goes to somebody else; an older one is worth nothing.
        cursor: the last place that has been handled.
    """

    projection: str
    shard: int
    owner: str
    fence: int
    cursor: Cursor


class CheckpointState(msgspec.Struct, frozen=True):
    """A checkpoint as operators see it; `until` is when the owner's right ends unless renewed."""

    projection: str
    shard: int
    cursor: Cursor
    owner: str
    fence: int
    until: datetime


class ClaimLost(Conflict):
    """Somebody else has taken the checkpoint over, or has moved it."""

    def __init__(self, claim: Claim) -> None:
        """Say which."""
        super().__init__(
            f"{claim.owner!r} does not hold shard {claim.shard} of {claim.projection!r} any more",
            fix="claim it again and go on from its cursor",
        )


class DocumentKey(msgspec.Struct, frozen=True):
    """Where a document of a read model stands; `collection` is the physical name."""

    tenant: TenantId
    collection: str
    key: str


class Change(msgspec.Struct, frozen=True):
    """A document of a read model as it is to be; without a body it goes.

    The collection's name is the physical one: that of the collection, or of its shadow during a rebuild.
    """

    tenant: TenantId
    collection: Collection
    key: str
    body: Body | None


class Checkpoints(Protocol):
    """How far each shard of each projection has come. One owner at a time, by a lease with a fence."""

    async def claim(
        self, projection: str, shard: int, owner: str, lease: timedelta, *, start: Cursor = START
    ) -> Claim | None:
        """Take or renew the right to a checkpoint; none while somebody else has it.

        Args:
            projection: its name.
            shard: its part of the tenants.
            owner: who asks; the same owner gets the same fence.
            lease: how long the right lasts without being renewed.
            start: where a checkpoint that does not exist yet begins.
        """

    async def release(self, claim: Claim) -> None:
        """Give the right back; nothing happens when it is gone."""

    async def states(self) -> list[CheckpointState]:
        """All checkpoints, by name and shard."""

    async def forget(self, projection: str) -> None:
        """Remove all checkpoints of a projection; its owners lose their claims."""


class ReadModels(Protocol):
    """Where folds are written, together with the checkpoint. Keys and changes carry their tenant."""

    async def load(self, keys: SizedSet[DocumentKey]) -> Mapping[DocumentKey, Document]:
        """The documents among these keys that exist, by physical collection."""

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        """Write changes and move the checkpoint on: both or neither.

        Returns:
            The claim at its new cursor.

        Raises:
            ClaimLost: the right is somebody else's, or the checkpoint stands elsewhere.
        """

    async def swap(self, name: str, physical: str) -> str:
        """Let a collection's name mean another physical collection, from one moment to the next.

        Returns:
            The physical collection that it meant before.
        """

    async def drop(self, physical: str) -> int:
        """Remove a physical collection that no name means.

        Returns:
            How many documents it had.

        Raises:
            Conflict: a name means it.
        """
