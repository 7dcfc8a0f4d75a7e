"""The port of operators' questions to an engine: how much there is, and whether it is whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from skafu.kernel.identity import TenantId


class Census(msgspec.Struct, frozen=True):
    """How much there is.

    Attributes:
        tenants: organisations with events.
        streams: of all tenants.
        events: of all tenants.
        bytes: what the whole store takes on the disk; 0 where there is none.
        oldest: when the first event was recorded; `newest` the last.
    """

    tenants: int
    streams: int
    events: int
    bytes: int
    oldest: datetime | None = None
    newest: datetime | None = None


class Hole(msgspec.Struct, frozen=True):
    """A stream whose versions do not run from 1 to the number of its events."""

    tenant: TenantId
    stream: str
    events: int
    last: int


class Operations(Protocol):
    """Questions across all tenants: for operators alone."""

    async def census(self) -> Census:
        """How much there is.

        Raises:
            Unavailable: the engine does not answer.
        """

    async def holes(self, *, limit: int = 100) -> Sequence[Hole]:
        """Streams that are not whole; at most `limit`.

        Raises:
            Unavailable: the engine does not answer.
        """

    async def damage(self) -> Sequence[str]:
        """What the engine itself finds broken; nothing when all is well, or when it has no such check.

        Raises:
            Unavailable: the engine does not answer.
        """
