"""Events, origins and other values that the tests of storage write."""

from uuid import UUID

from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import PlainCodec

ACME = TenantId("acme")
OTHER = TenantId("other")
ORIGIN = Origin(Actor("person", "p-1"), UUID(int=1), UUID(int=2))


class Opened(Event, frozen=True):
    name: str


class Counted(Event, frozen=True):
    number: int
    note: str = ""


TYPES = EventTypes(EventType(Opened, "sample.opened"), EventType(Counted, "sample.counted"))


def codec() -> PlainCodec:
    return PlainCodec(TYPES)


def counted(*numbers: int) -> list[Event]:
    return [Counted(number) for number in numbers]


def events_of(recorded: list[RecordedEvent[Event]] | tuple[RecordedEvent[Event], ...]) -> list[Event]:
    return [each.event for each in recorded]


def numbers_of(recorded: list[RecordedEvent[Event]] | tuple[RecordedEvent[Event], ...]) -> list[int]:
    return [each.event.number for each in recorded if isinstance(each.event, Counted)]
