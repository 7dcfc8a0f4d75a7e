"""The stream of the events table: puts every event on the bus."""

from collections.abc import Iterable

from shared.event_store import StoredEvent
from shared.messaging import publish_all, stream


@stream
def handler(events: Iterable[StoredEvent]) -> StoredEvent | None:
    """Publish the events in order, up to the first that the bus does not take."""
    return publish_all(events)
