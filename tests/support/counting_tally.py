"""A decider over the sample events whose states hold what JSON has no words for."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from storage_samples import Counted

from skafu.kernel.events import Command, Event

DAY = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


class Idle(msgspec.Struct, frozen=True, tag="idle"):
    """Nothing was counted yet."""


class Counting(msgspec.Struct, frozen=True, tag="counting"):
    """What was counted, in types that JSON does not have."""

    last: int
    seen: frozenset[int]
    times: dict[int, int]
    since: datetime = DAY


State = Idle | Counting


class Tally:
    """A decider whose state depends on the order of all its events."""

    initial_state: State = Idle()

    def decide(self, command: Command, state: State) -> Sequence[Event]:
        del command, state
        return []

    def evolve(self, state: State, event: Event) -> State:
        if not isinstance(event, Counted):
            return Idle()
        if isinstance(state, Idle):
            return Counting(event.number, frozenset({event.number}), {event.number: 1})
        times = {**state.times, event.number: state.times.get(event.number, 0) + 1}
        return Counting(event.number * 7 - state.last, state.seen | {event.number}, times)
