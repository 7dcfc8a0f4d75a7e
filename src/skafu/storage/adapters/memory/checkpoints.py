"""Checkpoints in memory."""

from datetime import timedelta

import msgspec

from skafu.kernel.events import START, Cursor
from skafu.kernel.identity import Clock
from skafu.storage.adapters.leases import Wish, claim_on, granted
from skafu.storage.checkpoints import CheckpointState, Claim, ClaimLost


class MemoryCheckpoints:
    """Fills `Checkpoints`."""

    def __init__(self, clock: Clock) -> None:
        """Start empty; leases end by this clock."""
        self._clock = clock
        self._states: dict[tuple[str, int], CheckpointState] = {}

    async def claim(
        self, projection: str, shard: int, owner: str, lease: timedelta, *, start: Cursor = START
    ) -> Claim | None:
        """Take or renew the right to a checkpoint."""
        wish = Wish(projection, shard, owner, lease, start)
        state = granted(wish, self._states.get((projection, shard)), self._clock())
        if state is None:
            return None
        self._states[projection, shard] = state
        return claim_on(state)

    async def release(self, claim: Claim) -> None:
        """Give the right back."""
        known = self._states.get((claim.projection, claim.shard))
        if known is not None and (known.owner, known.fence) == (claim.owner, claim.fence):
            self._states[claim.projection, claim.shard] = msgspec.structs.replace(known, owner="", until=self._clock())

    async def states(self) -> list[CheckpointState]:
        """All checkpoints, by name and shard."""
        return [state for _, state in sorted(self._states.items())]

    async def forget(self, projection: str) -> None:
        """Remove all checkpoints of a projection."""
        self._states = {key: state for key, state in self._states.items() if key[0] != projection}

    def move(self, claim: Claim, cursor: Cursor) -> Claim:
        """Move a checkpoint on.

        Raises:
            ClaimLost: the right is somebody else's, or the checkpoint stands elsewhere.
        """
        known = self._states.get((claim.projection, claim.shard))
        if known is None or (known.owner, known.fence, known.cursor) != (claim.owner, claim.fence, claim.cursor):
            raise ClaimLost(claim)
        self._states[claim.projection, claim.shard] = msgspec.structs.replace(known, cursor=cursor)
        return msgspec.structs.replace(claim, cursor=cursor)
