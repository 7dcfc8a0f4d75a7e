"""Tenants, origins, and what an event hands on to what follows from it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from skafu.kernel.errors import Invalid
from skafu.kernel.events import START, Event, KnownRecord, RecordedEvent
from skafu.kernel.identity import Actor, Origin, tenant_id


class Happened(Event, frozen=True):
    pass


@pytest.mark.parametrize("text", ["acme", "träger 7", "x" * 200])
def test_usable_names(text: str) -> None:
    assert tenant_id(text) == text


@pytest.mark.parametrize("text", ["", "x" * 201, "a\0", "a\nb", "\u202e"])
def test_names_that_cannot_be_used(text: str) -> None:
    with pytest.raises(Invalid, match="not usable"):
        tenant_id(text)


def test_what_follows_keeps_the_correlation() -> None:
    ids = [UUID(int=number) for number in range(3)]
    origin = Origin(Actor("person", "ada"), ids[1], ids[2])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    event = RecordedEvent(Event(), KnownRecord(ids[0], tenant_id("acme"), "s", 1, START, origin, now))
    system = Actor("system", "mailer")
    assert event.leads_to(system) == Origin(system, ids[1], ids[0])


def test_an_origin_from_before_there_were_sessions_is_read() -> None:
    known = UUID(int=1)
    stored = f'[["person","ann"],"{known}","{known}"]'.encode()
    assert msgspec.json.decode(stored, type=Origin) == Origin(Actor("person", "ann"), known, known)


def test_recorded_events_are_equal_when_they_say_the_same() -> None:
    origin = Origin(Actor("person", "ada"), UUID(int=1), UUID(int=2))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    event = RecordedEvent(Event(), KnownRecord(UUID(int=3), tenant_id("acme"), "s", 1, START, origin, now))
    assert event.with_event(Event()) == event
    assert hash(event.with_record(version=1)) == hash(event)
    assert event.with_record(version=2) != event
    assert event.with_event(Happened()) != event
    assert event != "event"
    assert repr(event).startswith("RecordedEvent(event=Event(), event_id=UUID('00000000-0000-0000-0000-000000000003')")
    with pytest.raises(TypeError):
        event.with_record(actor="ada")
