"""Finds the elements of a blueprint by their names, with the place where each stands."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from skafu.blueprint.findings import Location
from skafu.blueprint.model import Aggregate, Blueprint, Command, Event, Integration, Query, Service, ValueType

Element = TypeVar("Element")


class Entry(msgspec.Struct, Generic[Element], frozen=True):
    """An element, its service, its place, and the aggregate that it belongs to (itself, for an aggregate)."""

    element: Element
    service: str
    location: Location
    aggregate: Aggregate | None = None

    @property
    def of(self) -> Aggregate:
        """The aggregate of a command or event.

        Raises:
            LookupError: the element has none.
        """
        if self.aggregate is None:
            raise LookupError("only commands, events and aggregates belong to an aggregate")
        return self.aggregate


class ServiceIndex(msgspec.Struct, frozen=True):
    """A service and its elements by name; of two with the same name, the first."""

    service: Service
    location: Location
    value_types: dict[str, Entry[ValueType]]
    aggregates: dict[str, Entry[Aggregate]]
    commands: dict[str, Entry[Command]]
    events: dict[str, Entry[Event]]
    queries: dict[str, Entry[Query]]


class Index(msgspec.Struct, frozen=True):
    """A blueprint's elements by name; `aggregates` are those of all services."""

    services: dict[str, ServiceIndex]
    integrations: dict[str, Entry[Integration]]
    aggregates: dict[str, Entry[Aggregate]]


def index_of(blueprint: Blueprint) -> Index:
    """Index a blueprint."""
    services = [_service(service, ("services", at)) for at, service in enumerate(blueprint.services)]
    integrations = (
        (integration.name, Entry(integration, "", ("integrations", at)))
        for at, integration in enumerate(blueprint.integrations)
    )
    return Index(
        services=_first((index.service.name, index) for index in services),
        integrations=_first(integrations),
        aggregates=_first(pair for index in services for pair in index.aggregates.items()),
    )


def _service(service: Service, location: Location) -> ServiceIndex:
    def entries(elements: Iterable[Element], key: str) -> Iterator[Entry[Element]]:
        return (Entry(element, service.name, (*location, key, at)) for at, element in enumerate(elements))

    aggregates = [
        Entry(aggregate, service.name, (*location, "aggregates", at), aggregate)
        for at, aggregate in enumerate(service.aggregates)
    ]
    commands = (
        Entry(command, service.name, (*entry.location, "commands", at), entry.element)
        for entry in aggregates
        for at, command in enumerate(entry.element.commands)
    )
    events = (
        Entry(event, service.name, (*entry.location, "events", at), entry.element)
        for entry in aggregates
        for at, event in enumerate(entry.element.events)
    )
    return ServiceIndex(
        service=service,
        location=location,
        value_types=_first((entry.element.name, entry) for entry in entries(service.value_types, "value_types")),
        aggregates=_first((entry.element.name, entry) for entry in aggregates),
        commands=_first((entry.element.name, entry) for entry in commands),
        events=_first((entry.element.name, entry) for entry in events),
        queries=_first((entry.element.name, entry) for entry in entries(service.queries, "queries")),
    )


def _first(pairs: Iterable[tuple[str, Element]]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for name, element in pairs:
        found.setdefault(name, element)
    return found
