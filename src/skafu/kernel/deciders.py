"""The decider: the pure core of an aggregate, as three parts."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from skafu.kernel.events import Command, Event

C_contra = TypeVar("C_contra", bound=Command, contravariant=True)
S = TypeVar("S")
E = TypeVar("E", bound=Event)


class Decider(Protocol[C_contra, S, E]):
    """What an aggregate consists of. A module with these three names is one."""

    @property
    def initial_state(self) -> S:
        """The state before the first event."""

    def decide(self, command: C_contra, state: S, /) -> Sequence[E]:
        """What a command leads to; nothing when all is as it should be.

        Raises:
            SkafuError: a rule says no.
        """

    def evolve(self, state: S, event: E, /) -> S:
        """The state after an event."""


def fold(decider: Decider[C_contra, S, E], events: Iterable[E], state: S | None = None) -> S:
    """The state that events lead to, from the initial one or from a given one."""
    current = decider.initial_state if state is None else state
    for event in events:
        current = decider.evolve(current, event)
    return current
