"""The registry of event types: stored name, schema number, and how older shapes are brought up to date."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.events import Event
from skafu.kernel.identity import checked_name

E_co = TypeVar("E_co", bound=Event, covariant=True)

Fields = dict[str, object]
"""The fields of a stored event, as JSON reads them."""

Upcaster = Callable[[Fields], Fields]
"""Turns the fields of one schema into those of the next. Pure."""


class UnknownEvent(Invalid):
    """A stored event has a type or schema that this version of the program does not know."""


class UnreadableEvent(Invalid):
    """The fields of a stored event do not fit its type."""


class EventType(msgspec.Struct, Generic[E_co], frozen=True):
    """How one kind of event is stored.

    Attributes:
        event: the class.
        name: what stands in the store; it stays when the class is renamed.
        upcasters: the first turns schema 1 into schema 2, and so on.
    """

    event: type[E_co]
    name: str
    upcasters: tuple[Upcaster, ...] = ()

    @property
    def schema(self) -> int:
        """The schema number that is written today, from 1."""
        return len(self.upcasters) + 1


class EncodedEvent(msgspec.Struct, frozen=True):
    """An event as bytes: compact JSON with the name and schema number that it was written under."""

    type: str
    schema: int
    data: bytes


class Stored(Protocol):
    """An event as bytes, wherever it stands."""

    @property
    def type(self) -> str:
        """The name that it was written under."""

    @property
    def schema(self) -> int:
        """The number of its shape."""

    @property
    def data(self) -> bytes:
        """Its fields as JSON."""


class EventTypes:
    """The event types that a store can write and read."""

    def __init__(self, *types: EventType[Event]) -> None:
        """Take the types together.

        Raises:
            Invalid: two types share a name or a class.
        """
        self._by_name = {checked_name(each.name, "the name of an event type"): each for each in types}
        self._by_class = {each.event: each for each in types}
        self._readers = {(each.name, each.schema): msgspec.json.Decoder(each.event).decode for each in types}
        self._encode = msgspec.json.Encoder().encode
        if len(self._by_name) < len(types) or len(self._by_class) < len(types):
            raise Invalid("two event types share a name or a class", fix="give each event its own name, once")

    def __iter__(self) -> Iterator[EventType[Event]]:
        """The types, in the order in which they were given."""
        return iter(self._by_name.values())

    def __or__(self, other: "EventTypes") -> "EventTypes":
        """The types of both."""
        return EventTypes(*self, *other)

    def encode(self, event: Event) -> EncodedEvent:
        """Write an event under its name and present schema.

        Raises:
            UnknownEvent: its class is not registered.
        """
        found = self._by_class.get(type(event))
        if found is None:
            raise UnknownEvent(f"{type(event).__name__} is no registered event", fix="add it to the event types")
        return EncodedEvent(found.name, found.schema, self._encode(event))

    def decode(self, stored: EncodedEvent) -> Event:
        """Read an event, brought up to date from the schema that it was written under.

        Raises:
            UnknownEvent: its name or schema is not known here.
            UnreadableEvent: its fields do not fit.
        """
        return self.read(stored.type, stored.schema, stored.data)

    def read(self, name: str, schema: int, data: bytes) -> Event:
        """Do what `decode` does, from the parts."""
        reader = self._readers.get((name, schema))
        try:
            return self._older(name, schema, data) if reader is None else reader(data)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreadableEvent(f"event {name!r} with schema {schema} cannot be read: {error}") from error

    def read_all(self, stored: Sequence[Stored]) -> list[Event]:
        """Do what `decode` does, for many.

        Raises:
            UnknownEvent: a name or schema is not known here.
            UnreadableEvent: the fields of an event do not fit.
        """
        readers = self._readers
        try:
            return [readers[each.type, each.schema](each.data) for each in stored]
        except (KeyError, msgspec.MsgspecError, UnicodeDecodeError):
            # One of them is old or broken: each on its own, which also says which one.
            return [self.read(each.type, each.schema, each.data) for each in stored]

    def _older(self, name: str, schema: int, data: bytes) -> Event:
        found = self._by_name.get(name)
        if found is None or not 0 < schema <= found.schema:
            raise UnknownEvent(f"event {name!r} with schema {schema} is not known", fix="run a version that knows it")
        return _brought_up_to_date(found, schema, data)


def _brought_up_to_date(found: EventType[E_co], schema: int, data: bytes) -> E_co:
    fields = msgspec.json.decode(data, type=Fields)
    for upcaster in found.upcasters[schema - 1 :]:
        fields = upcaster(fields)
    return msgspec.convert(fields, found.event)
