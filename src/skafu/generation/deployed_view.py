"""What tests of a deployed stage can do without knowing it: routes to knock at, and commands that start something."""

from collections.abc import Iterator

from skafu.blueprint.journeys import PEOPLE
from skafu.blueprint.resolved import ResolvedAggregate, ResolvedCommand, ResolvedQuery, ResolvedService, System
from skafu.generation.aggregate_view import View
from skafu.generation.python_types import literal

CALLER = "$caller"


def deployed_view(system: System) -> View:
    """Routes by who may use them, and commands that create an instance out of nothing."""
    routes = [route for service in system.services for route in _routes(service)]
    return {
        "guarded": [one for one in routes if not one["public"]],
        "asked": [one for one in routes if one["query"]],
        "starts": [
            start
            for service in system.services
            for aggregate in service.aggregates
            for command in aggregate.commands
            if (start := _start(command, aggregate, service))
        ],
    }


def _routes(service: ResolvedService) -> Iterator[View]:
    commands = [command for aggregate in service.aggregates for command in aggregate.commands]
    found: list[ResolvedCommand | ResolvedQuery] = [*commands, *service.queries]
    for one in found:
        if one.route:
            yield {
                "method": one.route.method,
                "path": one.route.path,
                "public": one.access.public,
                "query": isinstance(one, ResolvedQuery),
            }


def _start(command: ResolvedCommand, aggregate: ResolvedAggregate, service: ResolvedService) -> View | None:
    """A command that needs nothing before it, with a body that is right at any time."""
    way = aggregate.journeys.commands.get(command.names.pascal, ())
    if not command.creates or command.route is None or command.route.parameters or len(way) != 1:
        return None
    body = way[0].body
    if command.access.public or way[0].caller not in PEOPLE or _leans_on_more(body):
        return None
    end = f"/{{{aggregate.id_name}}}"
    homes = [
        query.route.path
        for query in service.queries
        if query.route and query.aggregate == aggregate.names.pascal and query.route.path.endswith(end)
    ]
    return {
        "snake": command.names.snake,
        "method": command.route.method,
        "path": command.route.path,
        "body": literal(body),
        "id_name": aggregate.id_name,
        "home": homes[0].removesuffix(end) if homes and homes[0].count("{") == 1 else None,
    }


def _leans_on_more(value: object) -> bool:
    if isinstance(value, dict):
        return any(_leans_on_more(one) for one in value.values())
    if isinstance(value, list):
        return any(_leans_on_more(one) for one in value)
    return isinstance(value, str) and value.startswith("$") and value != CALLER
