"""A resolved system by place: which service and aggregate a command, query or event belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from skafu.blueprint.resolved import (
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedEvent,
    ResolvedQuery,
    ResolvedRoute,
    ResolvedService,
    System,
)


@dataclass(frozen=True)
class CommandAt:
    """A command with its place."""

    service: ResolvedService
    aggregate: ResolvedAggregate
    command: ResolvedCommand

    @property
    def name(self) -> str:
        """The command's name."""
        return self.command.names.pascal

    @property
    def element(self) -> str:
        """The path in the blueprint."""
        return f"{element_of(self.service, self.aggregate)}.commands.{self.name}"

    @property
    def route(self) -> ResolvedRoute:
        """The route of a routed command.

        Raises:
            ValueError: it has none.
        """
        if self.command.route is None:
            raise ValueError(f"{self.name} has no route")
        return self.command.route


@dataclass(frozen=True)
class QueryAt:
    """A query with its place."""

    service: ResolvedService
    aggregate: ResolvedAggregate
    query: ResolvedQuery

    @property
    def name(self) -> str:
        """The query's name."""
        return self.query.names.pascal

    @property
    def element(self) -> str:
        """The path in the blueprint."""
        return f"services.{self.service.names.kebab}.queries.{self.name}"

    @property
    def route(self) -> ResolvedRoute:
        """The route of a routed query.

        Raises:
            ValueError: it has none.
        """
        if self.query.route is None:
            raise ValueError(f"{self.name} has no route")
        return self.query.route


def element_of(service: ResolvedService, aggregate: ResolvedAggregate) -> str:
    """Give the path of an aggregate in the blueprint."""
    return f"services.{service.names.kebab}.aggregates.{aggregate.names.pascal}"


class Landscape:
    """The elements of a system by their place."""

    def __init__(self, system: System) -> None:
        """Look through a system."""
        self.system = system
        self.aggregates: list[tuple[ResolvedService, ResolvedAggregate]] = [
            (service, aggregate) for service in system.services for aggregate in service.aggregates
        ]
        self.commands: list[CommandAt] = [
            CommandAt(service, aggregate, command)
            for service, aggregate in self.aggregates
            for command in aggregate.commands
        ]
        self.queries: list[QueryAt] = [
            QueryAt(service, self.aggregate(service, query.aggregate), query)
            for service in system.services
            for query in service.queries
        ]

    @property
    def routed_commands(self) -> list[CommandAt]:
        """The commands that people can reach."""
        return [one for one in self.commands if one.command.route]

    @property
    def routed_queries(self) -> list[QueryAt]:
        """The queries that people can reach."""
        return [one for one in self.queries if one.query.route]

    def service(self, name: str) -> ResolvedService:
        """Give a service by its name in kebab-case."""
        return next(one for one in self.system.services if one.names.kebab == name)

    def aggregate(self, service: ResolvedService, name: str) -> ResolvedAggregate:
        """Give an aggregate of a service by its name."""
        return next(one for one in service.aggregates if one.names.pascal == name)

    def command(self, service: ResolvedService, name: str) -> CommandAt:
        """Give a command of a service by its name."""
        return next(one for one in self.commands if one.service is service and one.name == name)

    def events(self) -> Iterator[tuple[ResolvedService, ResolvedAggregate, ResolvedEvent]]:
        """Give every event with its place."""
        for service, aggregate in self.aggregates:
            for event in aggregate.events:
                yield service, aggregate, event
