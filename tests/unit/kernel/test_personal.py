"""Declarations of personal fields are checked before anything is written."""

from datetime import date
from typing import Annotated

import msgspec
import pytest

from skafu.kernel.errors import Invalid
from skafu.kernel.events import Event
from skafu.kernel.personal import ERASED, Personal, PersonalField, personal_fields


class Plain(Event, frozen=True):
    user: str


class Renamed(Event, frozen=True, rename="camel"):
    user_id: str
    first_name: Annotated[str | None, Personal(subject="user_id")]
    born: Annotated[date, msgspec.Meta(description="a day"), Personal(subject="user_id", erased="1900-01-01")]


class NoSubject(Event, frozen=True):
    name: Annotated[str, Personal(subject="user_id")]


class PersonalSubject(Event, frozen=True):
    mail: Annotated[str, Personal(subject="mail")]


class NoFit(Event, frozen=True):
    user: str
    born: Annotated[date, Personal(subject="user")]


class TooShort(Event, frozen=True):
    user: str
    country: Annotated[str, msgspec.Meta(max_length=2), Personal(subject="user")]


def test_fields_are_found_by_the_names_that_are_stored() -> None:
    assert personal_fields(Plain) == ()
    assert personal_fields(Renamed) == (
        PersonalField("firstName", "user_id", ERASED),
        PersonalField("born", "user_id", "1900-01-01"),
    )


@pytest.mark.parametrize(
    ("event", "words"),
    [(NoSubject, "no subject"), (PersonalSubject, "no subject"), (NoFit, "cannot read"), (TooShort, "cannot read")],
)
def test_what_cannot_work_is_refused(event: type[Event], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        personal_fields(event)
