"""Numbered events and a read model that shows at once when one of them is missing, doubled or in another's place."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event
from skafu.storage import Body, Collection, Storage
from skafu.storage.projections import Patience, Projection, Recorded, Worker


class Numbered(Event, frozen=True):
    """Each number is used once in a store."""

    number: int


TYPES = EventTypes(EventType(Numbered, "bench.numbered"))
TRAILS = Collection("trails", (("count",),))
LEASE = timedelta(milliseconds=1)
"""Ends before anybody else wants the claim: what a dead owner had is taken over at once."""


def number_of(event: Recorded) -> int:
    """The number of an event."""
    assert isinstance(event.event, Numbered)
    return event.event.number


def add(before: Body | None, event: Recorded) -> Body:
    """How many numbers there were, and a digest of their order."""
    count, trail = (int(str(before[name])) for name in ("count", "trail")) if before else (0, 0)
    return {"count": count + 1, "trail": (trail * 31 + number_of(event) + 1) % 2**52}


def trail_of(events: Iterable[Recorded]) -> Body | None:
    """The document that belongs to the events of a stream."""
    body: Body | None = None
    for event in events:
        body = add(body, event)
    return body


def worker(storage: Storage, name: str, lease: timedelta = LEASE) -> Worker:
    """Somebody who keeps the read model up to date."""
    projection = Projection("trails", TRAILS, lambda event: [event.stream], add)
    patience = Patience(lease=lease, retries=(0.0,), look_again=0.01, page=7)
    return Worker(storage, lambda: datetime.now(UTC), projections=[projection], name=name, patience=patience)
