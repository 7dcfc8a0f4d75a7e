"""A small aggregate for the tests of the shared package."""

from datetime import UTC, datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from shared.aggregates import AggregateStore, Context
from shared.domain import Decision, Refusal


class Counter(Struct, frozen=True):
    """A number with a name."""

    counter_id: str
    name: str
    number: int = 0


class Started(Struct, frozen=True):
    """The counter exists."""

    schema: ClassVar[int] = 2

    counter_id: str
    name: str


class Counted(Struct, frozen=True):
    """The number went up."""

    counter_id: str
    by: int


Event = Started | Counted


def evolve(counter: Counter | None, event: Event) -> Counter:
    """The counter after an event."""
    if isinstance(event, Started):
        return Counter(event.counter_id, event.name)
    if counter is None:
        raise ValueError("not started")
    return replace(counter, number=counter.number + event.by)


EVENTS: dict[str, type[Event]] = {"Started": Started, "Counted": Counted}
COUNTERS = AggregateStore(
    "Counter",
    Counter,
    EVENTS,
    evolve,
    unique=lambda one: frozenset({f"name={one.name}"}),
    upcasters={("Started", 1): lambda fields: {**fields, "name": "unnamed"}},
)


def start(name: str) -> Decision[Event]:
    """Decide to start a counter."""
    return (Started("c1", name),)


def count(counter: Counter, by: int) -> Decision[Event]:
    """Decide to count; not beyond 10."""
    if counter.number + by > 10:
        return Refusal("too_many", "Ten is enough.")
    return (Counted(counter.counter_id, by),)


def context(key: str | None = None, version: int | None = None, digest: str = "") -> Context:
    """A context at a fixed time."""
    return Context(
        actor="user-1",
        now=datetime(2026, 1, 2, tzinfo=UTC),
        correlation_id="correlation",
        causation_id="cause",
        idempotency_key=key,
        digest=digest,
        expected_version=version,
    )
