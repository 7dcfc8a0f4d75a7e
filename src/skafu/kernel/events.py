"""Commands, events, and events as they stand in the store."""

from datetime import datetime
from typing import Generic, NewType, TypeVar
from uuid import UUID

import msgspec

from skafu.kernel.identity import Actor, Origin, TenantId

E_co = TypeVar("E_co", bound="Event", covariant=True)

Cursor = NewType("Cursor", str)
"""A place in the order over all events. Opaque: only the store that gave it can read it."""

START = Cursor("")
"""The place before the first event."""


class Command(msgspec.Struct, frozen=True):
    """What somebody wants to happen. New ids and the present moment are fields of it."""


class Event(msgspec.Struct, frozen=True):
    """What has happened, in words of the domain."""


class RecordedEvent(msgspec.Struct, Generic[E_co], frozen=True):
    """An event with its place in the store.

    Attributes:
        event: what happened.
        event_id: the key by which consumers leave out what they have seen.
        tenant: whose it is.
        stream: the aggregate that it belongs to.
        version: its place in the stream, from 1, without holes.
        position: its place in the order over all streams.
        actor: who wanted it.
        correlation_id: the same for everything that follows from one request.
        causation_id: the command or event that led to it directly.
        recorded_at: when the store took it; for people, never for order.
    """

    event: E_co
    event_id: UUID
    tenant: TenantId
    stream: str
    version: int
    position: Cursor
    actor: Actor
    correlation_id: UUID
    causation_id: UUID
    recorded_at: datetime

    def leads_to(self, actor: Actor) -> Origin:
        """The origin of a change that follows from this event."""
        return Origin(actor, self.correlation_id, self.event_id)
