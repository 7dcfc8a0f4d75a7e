"""Tells a decider's behaviour as a story: `given(decider, events).when(command).then(events)`."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import pytest

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.errors import SkafuError
from skafu.kernel.events import Command, Event

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)


class When(Generic[C, S, E]):
    """A command that meets a state."""

    def __init__(self, decider: Decider[C, S, E], state: S, command: C) -> None:
        self._decider = decider
        self._state = state
        self._command = command

    def then(self, *events: E) -> S:
        """The command leads to exactly these events.

        Returns:
            The state after them.
        """
        assert list(self._decider.decide(self._command, self._state)) == list(events)
        return fold(self._decider, events, self._state)

    def then_refused(self, error: type[SkafuError], words: str = ".") -> None:
        """A rule says no, with an error of this category that says these words."""
        with pytest.raises(error, match=words):
            self._decider.decide(self._command, self._state)


class Given(Generic[C, S, E]):
    """What has happened so far."""

    def __init__(self, decider: Decider[C, S, E], events: Sequence[E]) -> None:
        self._decider = decider
        self.state = fold(decider, events)

    def when(self, command: C) -> When[C, S, E]:
        """Somebody wants this."""
        return When(self._decider, self.state, command)


def given(decider: Decider[C, S, E], *events: E) -> Given[C, S, E]:
    """Start a story with what has happened; `decider` may be a module."""
    return Given(decider, events)
