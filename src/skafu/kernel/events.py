"""Commands, events, and events as they stand in the store."""

from datetime import datetime
from typing import Generic, NewType, Protocol, TypeVar
from uuid import UUID

import msgspec

from skafu.kernel.identity import Actor, Origin, TenantId

E_co = TypeVar("E_co", bound="Event", covariant=True)
F = TypeVar("F", bound="Event")

Cursor = NewType("Cursor", str)
"""A place in the order over all events. Opaque: only the store that gave it can read it."""

START = Cursor("")
"""The place before the first event."""


class Command(msgspec.Struct, frozen=True):
    """What somebody wants to happen. New ids and the present moment are fields of it."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """What has happened, in words of the domain.

    It is a value without cycles: the garbage collector need not look at it, which pages of events would feel.
    """


class Record(Protocol):
    """What a store knows about an event beside what happened. It may read a row's bytes only when it is asked."""

    @property
    def event_id(self) -> UUID:
        """The key by which consumers leave out what they have seen."""

    @property
    def tenant(self) -> TenantId:
        """Whose it is."""

    @property
    def stream(self) -> str:
        """The aggregate that it belongs to."""

    @property
    def version(self) -> int:
        """Its place in the stream, from 1, without holes."""

    @property
    def position(self) -> Cursor:
        """Its place in the order over all streams."""

    @property
    def origin(self) -> Origin:
        """Who wanted it, and what led to it."""

    @property
    def recorded_at(self) -> datetime:
        """When the store took it; for people, never for order."""


class KnownRecord(msgspec.Struct, frozen=True):
    """A record whose values are at hand."""

    event_id: UUID
    tenant: TenantId
    stream: str
    version: int
    position: Cursor
    origin: Origin
    recorded_at: datetime


class RecordedEvent(msgspec.Struct, Generic[E_co], frozen=True, eq=False, gc=False):
    """An event with its place in the store.

    Two of them are equal when all that they say is equal, whatever store they come from.

    Attributes:
        event: what happened.
        record: all the rest. Each part of it is an attribute here as well.
    """

    event: E_co
    record: Record

    @property
    def event_id(self) -> UUID:
        """The key by which consumers leave out what they have seen."""
        return self.record.event_id

    @property
    def tenant(self) -> TenantId:
        """Whose it is."""
        return self.record.tenant

    @property
    def stream(self) -> str:
        """The aggregate that it belongs to."""
        return self.record.stream

    @property
    def version(self) -> int:
        """Its place in the stream, from 1, without holes."""
        return self.record.version

    @property
    def position(self) -> Cursor:
        """Its place in the order over all streams."""
        return self.record.position

    @property
    def actor(self) -> Actor:
        """Who wanted it."""
        return self.record.origin.actor

    @property
    def correlation_id(self) -> UUID:
        """The same for everything that follows from one request."""
        return self.record.origin.correlation_id

    @property
    def causation_id(self) -> UUID:
        """The command or event that led to it directly."""
        return self.record.origin.causation_id

    @property
    def recorded_at(self) -> datetime:
        """When the store took it; for people, never for order."""
        return self.record.recorded_at

    def leads_to(self, actor: Actor) -> Origin:
        """The origin of a change that follows from this event."""
        return Origin(actor, self.correlation_id, self.event_id)

    def with_event(self, event: F) -> "RecordedEvent[F]":
        """The same place with another event."""
        return RecordedEvent(event, self.record)

    def with_record(self, **changes: object) -> "RecordedEvent[E_co]":
        """The same event with another record: `with_record(tenant=other)`; the parts are those of `KnownRecord`.

        Raises:
            TypeError: there is no such part.
        """
        return RecordedEvent(self.event, msgspec.structs.replace(_known(self.record), **changes))

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        if not isinstance(other, RecordedEvent):
            return NotImplemented
        return bool(self.event == other.event) and _known(self.record) == _known(other.record)

    def __hash__(self) -> int:
        """The same for those that are equal."""
        return hash(self.event_id)

    def __repr__(self) -> str:
        """All that it says."""
        known = _known(self.record)
        parts = (f"{name}={getattr(known, name)!r}" for name in known.__struct_fields__)
        return f"RecordedEvent(event={self.event!r}, {', '.join(parts)})"


def _known(record: Record) -> KnownRecord:
    """A record with all its values read."""
    return KnownRecord(
        record.event_id,
        record.tenant,
        record.stream,
        record.version,
        record.position,
        record.origin,
        record.recorded_at,
    )
