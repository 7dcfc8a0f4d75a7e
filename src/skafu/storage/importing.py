"""The port that takes events from another store as they are: for copies, imports and restores alone."""

from collections.abc import Sequence
from typing import Protocol

from skafu.kernel.events import Event, RecordedEvent


class Import(Protocol):
    """Writes events that happened elsewhere. It goes past every rule but one: a stream has no holes."""

    async def take(self, events: Sequence[RecordedEvent[Event]], /) -> int:
        """Write events behind all that are there: all of them or none.

        Ids, tenants, streams, versions, origins and moments are kept, and so is the order. Positions are new, and the
        results of commands stay where they are. Events that are there already, with the same id in the same place, are
        passed over: what was interrupted can be repeated.

        Returns:
            How many were written.

        Raises:
            WrongVersion: an event does not follow the last one of its stream, or another one has its place.
            Invalid: a name is not usable.
            UnknownEvent: the type of an event is not registered.
            Unavailable: the engine does not answer.
        """
