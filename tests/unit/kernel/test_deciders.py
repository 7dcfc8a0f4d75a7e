"""Deciders, and the words that tests tell their stories with."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from decider_scenarios import given

from skafu.kernel.deciders import fold
from skafu.kernel.errors import Invalid, Refused
from skafu.kernel.events import Command, Event


class Lend(Command, frozen=True):
    reader: str
    at: datetime


class Lent(Event, frozen=True):
    reader: str
    at: datetime


class Book:
    """A decider in the form of an object."""

    initial_state: str = ""

    def decide(self, command: Lend, state: str) -> Sequence[Lent]:
        if state == command.reader:
            return []
        if state:
            raise Refused(f"{state} has it")
        return [Lent(command.reader, command.at)]

    def evolve(self, _state: str, event: Lent) -> str:
        return event.reader


BOOK = Book()
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_story_that_goes_well() -> None:
    assert given(BOOK).when(Lend("ada", NOON)).then(Lent("ada", NOON)) == "ada"
    assert given(BOOK, Lent("ada", NOON)).when(Lend("ada", NOON)).then() == "ada"


def test_a_story_that_is_refused() -> None:
    given(BOOK, Lent("ada", NOON)).when(Lend("ben", NOON)).then_refused(Refused, "ada has it")


def test_a_story_that_is_told_wrong_fails() -> None:
    with pytest.raises(AssertionError):
        given(BOOK).when(Lend("ada", NOON)).then()
    with pytest.raises(pytest.fail.Exception):
        given(BOOK).when(Lend("ada", NOON)).then_refused(Refused)
    with pytest.raises(Refused):
        given(BOOK, Lent("ada", NOON)).when(Lend("ben", NOON)).then_refused(Invalid)


def test_fold_goes_on_from_a_state() -> None:
    assert fold(BOOK, []) == ""
    assert fold(BOOK, [], "ada") == "ada"
    assert fold(BOOK, [Lent("ben", NOON)], "ada") == "ben"
