"""What must be in the event streams: every event that the driver caused, as the simulation says it is."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from skafu.blueprint.resolved import ResolvedAggregate, ResolvedService
from skafu.blueprint.simulation import Happened, Instance
from skafu.proof.driving.landscape import element_of


@dataclass
class Tracked:
    """An instance in the deployed system, with the state that the simulation says it is in.

    Attributes:
        service: that it belongs to.
        aggregate: that it is of.
        id: that the system knows it by.
        now: its state; nothing before its first event.
    """

    service: ResolvedService
    aggregate: ResolvedAggregate
    id: str
    now: Instance | None = None

    @property
    def version(self) -> int:
        """How many events it has."""
        return self.now.version if self.now else 0

    @property
    def is_log(self) -> bool:
        """Whether it is only appended to; its events are not published one by one."""
        return self.aggregate.store == "log"

    @property
    def stream(self) -> str:
        """The key of its stream in the events table."""
        return f"{self.aggregate.names.pascal}#{self.id}"


@dataclass(frozen=True)
class Entry:
    """An event that must be in a stream and on the bus.

    Attributes:
        instance: whose event it is.
        sequence: its place in the stream, from 1.
        happened: the event.
        at: when it was recorded; unknown where the answer did not tell.
        actor: who caused it; empty where that does not matter.
        correlation_id: that it must carry; empty where that is not known.
        cause: what the driver did, for people.
    """

    instance: Tracked
    sequence: int
    happened: Happened
    at: datetime
    actor: str
    correlation_id: str
    cause: str

    @property
    def published(self) -> bool:
        """Whether the event must pass on the bus."""
        return not self.instance.is_log

    @property
    def element(self) -> str:
        """The event's path in the blueprint."""
        place = element_of(self.instance.service, self.instance.aggregate)
        return f"{place}.events.{self.happened.event}"

    @property
    def key(self) -> tuple[str, str, int]:
        """Service, stream and sequence: what no two events share."""
        return self.instance.service.names.kebab, self.instance.stream, self.sequence


class Ledger:
    """All instances and events of a drive; safe to share between threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._entries: list[Entry] = []
        self._instances: dict[tuple[str, str, str], Tracked] = {}
        self._guard = threading.Lock()

    def note(self, entries: Sequence[Entry]) -> None:
        """Remember events, and the instance that they belong to."""
        with self._guard:
            self._entries += entries
            for entry in entries:
                one = entry.instance
                self._instances[one.service.names.kebab, one.aggregate.names.pascal, one.id] = one

    @property
    def entries(self) -> list[Entry]:
        """All events so far."""
        with self._guard:
            return list(self._entries)

    @property
    def instances(self) -> list[Tracked]:
        """All instances so far."""
        with self._guard:
            return list(self._instances.values())

    def of(self, instance: Tracked) -> list[Entry]:
        """Give the events of one instance, in order."""
        with self._guard:
            return sorted((one for one in self._entries if one.instance is instance), key=lambda one: one.sequence)

    def find(self, service: ResolvedService, aggregate: str, instance_id: str) -> Tracked | None:
        """Give an instance by its id."""
        with self._guard:
            return self._instances.get((service.names.kebab, aggregate, instance_id))
