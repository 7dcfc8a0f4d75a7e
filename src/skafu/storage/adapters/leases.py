"""The rule by which the right to a checkpoint goes from hand to hand, the same for all engines."""

from datetime import datetime, timedelta

import msgspec

from skafu.kernel.events import Cursor
from skafu.storage.checkpoints import CheckpointState, Claim


class Wish(msgspec.Struct, frozen=True):
    """Somebody wants a checkpoint."""

    projection: str
    shard: int
    owner: str
    lease: timedelta
    start: Cursor


def granted(wish: Wish, known: CheckpointState | None, now: datetime) -> CheckpointState | None:
    """The checkpoint after a wish; none while somebody else has it."""
    state = known or CheckpointState(wish.projection, wish.shard, wish.start, "", 0, now)
    if state.owner == wish.owner:
        return msgspec.structs.replace(state, until=now + wish.lease)
    if state.owner and state.until > now:
        return None
    return msgspec.structs.replace(state, owner=wish.owner, fence=state.fence + 1, until=now + wish.lease)


def claim_on(state: CheckpointState) -> Claim:
    """The right that its owner has."""
    return Claim(state.projection, state.shard, state.owner, state.fence, state.cursor)
