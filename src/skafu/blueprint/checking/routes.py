"""Routes that are the same, or that an API cannot have side by side."""

import re
from collections.abc import Iterator

from skafu.blueprint.findings import Location
from skafu.blueprint.resolved import ResolvedRoute, System
from skafu.blueprint.resolving.context import Context

_PARAMETER = re.compile(r"\{[^}]*\}")


def check_routes(context: Context, system: System) -> None:
    """Look at all routes of the system, which has one API."""
    seen: dict[tuple[str, str], str] = {}
    parameters: dict[str, str] = {}
    for name, route, place in _routes(context, system):
        key = (route.method, _PARAMETER.sub("{}", route.path))
        if key in seen:
            message = f"{name} has the same route as {seen[key]}: {route.method} {route.path}"
            context.note("equal_routes", place, message, fix="Give one of them another http.")
        seen.setdefault(key, name)
        if system.api == "rest":
            _check_siblings(context, route, parameters, place)


def _routes(context: Context, system: System) -> Iterator[tuple[str, ResolvedRoute, Location]]:
    for service in system.services:
        index = context.index.services[service.names.kebab]
        for aggregate in service.aggregates:
            for command in aggregate.commands:
                if command.route:
                    entry = index.commands[command.names.pascal]
                    yield command.names.pascal, command.route, (*entry.location, "http")
        for query in service.queries:
            if query.route:
                yield query.names.pascal, query.route, (*index.queries[query.names.pascal].location, "http")


def _check_siblings(context: Context, route: ResolvedRoute, parameters: dict[str, str], place: Location) -> None:
    """Note parameters that differ below the same path: a REST API has one name for them.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    above = ""
    for segment in route.path.strip("/").split("/"):
        if segment.startswith("{"):
            other = parameters.setdefault(above, segment)
            if other != segment:
                message = f"below {above or '/'}, a REST API has one parameter; here are {other} and {segment}"
                context.note(
                    "different_parameters", place, message, expected=other, fix=f"Write {other}, or api: http."
                )
        above += f"/{'{}' if segment.startswith('{') else segment}"
