"""How events are stored, and how older shapes are brought up to date."""

import pytest

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import (
    EncodedEvent,
    EventType,
    EventTypes,
    Fields,
    UnknownEvent,
    UnreadableEvent,
)
from skafu.kernel.events import Event


class Renamed(Event, frozen=True):
    first: str
    last: str


class Closed(Event, frozen=True):
    pass


def _split_name(fields: Fields) -> Fields:
    first, last = str(fields["name"]).split(" ")
    return {"first_name": first, "last": last}


def _shorten(fields: Fields) -> Fields:
    return {"first": fields["first_name"], "last": fields["last"]}


RENAMED = EventType(Renamed, "person.renamed", (_split_name, _shorten))
TYPES = EventTypes(RENAMED, EventType(Closed, "person.closed"))


def test_events_come_back() -> None:
    stored = TYPES.encode(Renamed("Ada", "Lovelace"))
    assert (stored.type, stored.schema) == ("person.renamed", 3)
    assert TYPES.decode(stored) == Renamed("Ada", "Lovelace")
    assert TYPES.decode(TYPES.encode(Closed())) == Closed()


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        (1, b'{"name":"Ada Lovelace"}'),
        (2, b'{"first_name":"Ada","last":"Lovelace"}'),
        (3, b'{"first":"Ada","last":"Lovelace"}'),
        (3, b'{"first":"Ada","last":"Lovelace","added_later":1}'),
    ],
)
def test_every_older_shape_is_read(schema: int, data: bytes) -> None:
    assert TYPES.decode(EncodedEvent("person.renamed", schema, data)) == Renamed("Ada", "Lovelace")


@pytest.mark.parametrize(("name", "schema"), [("person.renamed", 4), ("person.renamed", 0), ("person.gone", 1)])
def test_what_is_not_known(name: str, schema: int) -> None:
    with pytest.raises(UnknownEvent, match="is not known"):
        TYPES.decode(EncodedEvent(name, schema, b"{}"))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"first":1,"last":"x"}', b'{"first":"x"}', b"\xff"])
def test_what_cannot_be_read(data: bytes) -> None:
    with pytest.raises(UnreadableEvent, match=r"person\.renamed"):
        TYPES.decode(EncodedEvent("person.renamed", 3, data))


def test_an_event_without_a_type() -> None:
    class Stray(Event, frozen=True):
        pass

    with pytest.raises(UnknownEvent, match="Stray"):
        TYPES.encode(Stray())


def test_registries_are_joined() -> None:
    one, two = EventTypes(RENAMED), EventTypes(EventType(Closed, "person.closed"))
    assert [each.name for each in one | two] == ["person.renamed", "person.closed"]
    with pytest.raises(Invalid, match="share"):
        EventTypes(RENAMED) | EventTypes(EventType(Closed, "person.renamed"))
    with pytest.raises(Invalid, match="share"):
        EventTypes(RENAMED, EventType(Renamed, "other.name"))
