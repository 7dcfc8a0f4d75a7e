"""What happened before, what is asked for, and what must happen then."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from shared.aggregates import AggregateStore
from shared.event_store import StoredEvent, append

S = TypeVar("S")
E = TypeVar("E", bound=msgspec.Struct)
Told = tuple[str, dict[str, Any]]


def at(text: str) -> datetime:
    """A time in ISO 8601."""
    return datetime.fromisoformat(text)


def recorded(stream: str, *events: Told) -> list[StoredEvent]:
    """Events as they stand in the table."""
    return [
        StoredEvent(
            aggregate_id=stream,
            sequence=number,
            event_id=f"event-{number}",
            type=name,
            schema=1,
            data=msgspec.json.encode(data).decode(),
            timestamp="2026-01-01T00:00:00+00:00",
            actor="somebody",
            correlation_id="correlation",
            causation_id="cause",
        )
        for number, (name, data) in enumerate(events, 1)
    ]


def given(store: AggregateStore[S, E], *events: Told) -> S:
    """The state that some events lead to."""
    state: S | None = None
    for event in recorded("", *events):
        state = store.evolve(state, store.decode(event))
    assert state is not None
    return state


def events(store: AggregateStore[S, E], *told: Told) -> tuple[E, ...]:
    """Domain events, to compare a decision with."""
    return tuple(store.decode(event) for event in recorded("", *told))


def remember(store: AggregateStore[S, E], instance_id: str, *told: Told) -> None:
    """Put events into the table, and what the store keeps besides."""
    if told:
        also = store.further_writes(instance_id, given(store, *told), 0, len(told))
        append(recorded(store.stream(instance_id), *told), also=also)
