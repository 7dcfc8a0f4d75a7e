"""HTTP routes: the ones written down, and the default ones of what people would call."""

import re
from collections.abc import Collection
from typing import cast

from skafu.blueprint.findings import Location, listed
from skafu.blueprint.model import Command, Query
from skafu.blueprint.naming import names_of, verb_of
from skafu.blueprint.problems import did_you_mean, nearest
from skafu.blueprint.resolved import Method, ResolvedRoute
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.scopes import id_name

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*|:[a-z][a-z0-9_]*")


def is_called(element: Command | Query) -> bool:
    """Whether people would call it, so that it has a route without saying so."""
    return element.public or bool(element.roles) or element.allow is not None


def command_route(context: Context, command: Command, aggregate: str, location: Location) -> ResolvedRoute | None:
    """Give the route of a command; nothing where it is not reachable from outside."""
    if command.http is None:
        return _default_command(command, aggregate) if is_called(command) else None
    if command.http == "none":
        return None
    route = _parsed(context, command.http, location)
    if route is None:
        return None
    own_id = id_name(aggregate)
    known = {*command.fields, *(() if command.creates else (own_id,))}
    _check_parameters(context, route, known, location)
    if route.method == "GET":
        fix = "Use POST, PUT, PATCH or DELETE."
        context.note("wrong_method", location, f"{command.name} changes something, so GET is not for it", fix=fix)
    if not command.creates and own_id not in route.parameters:
        message = f"the route of {command.name} does not say which {names_of(aggregate).words} it is for"
        fix = f"Put :{own_id} into the path, or leave http out."
        context.note("route_without_id", location, message, expected=f":{own_id}", fix=fix)
    return route


def query_route(
    context: Context, query: Query, aggregate: str, parameters: Collection[str], location: Location
) -> ResolvedRoute | None:
    """Give the route of a query, whose access keys are `parameters`; nothing where it is not reachable from outside."""
    if query.http is None:
        return _default_query(query, aggregate, tuple(parameters)) if is_called(query) else None
    if query.http == "none":
        return None
    route = _parsed(context, query.http, location)
    if route is None:
        return None
    _check_parameters(context, route, parameters, location)
    if route.method != "GET":
        context.note(
            "wrong_method", location, f"{query.name} only reads, so it is a GET", expected="GET", fix="Use GET."
        )
    return route


def _default_command(command: Command, aggregate: str) -> ResolvedRoute:
    base, key = f"/{names_of(aggregate).plural}", id_name(aggregate)
    if command.creates:
        return ResolvedRoute("POST", base, ())
    return ResolvedRoute("POST", f"{base}/{{{key}}}/{verb_of(command.name, aggregate)}", (key,))


def _default_query(query: Query, aggregate: str, parameters: tuple[str, ...]) -> ResolvedRoute:
    base = names_of(aggregate).plural
    if query.returns == "page" or parameters != (id_name(aggregate),):
        base = names_of(query.name).kebab
    return ResolvedRoute("GET", "/".join(["", base, *(f"{{{name}}}" for name in parameters)]), parameters)


def _parsed(context: Context, text: str, location: Location) -> ResolvedRoute | None:
    method, _, path = text.partition(" ")
    segments = path.removeprefix("/").split("/") if path != "/" else []
    wrong = next((segment for segment in segments if not _SEGMENT.fullmatch(segment)), None)
    parameters = tuple(segment[1:] for segment in segments if segment.startswith(":"))
    if wrong is not None or len(set(parameters)) < len(parameters):
        what = f"{wrong!r} is no part of a path" if wrong is not None else "a parameter is in the path twice"
        fix = "Use words and parameters, such as /orders/:order_id/cancel."
        context.note("wrong_route", location, f"{what}: {path}", expected="words and parameters", fix=fix)
        return None
    resolved = "/" + "/".join(f"{{{part[1:]}}}" if part.startswith(":") else part for part in segments)
    return ResolvedRoute(cast("Method", method), resolved, parameters)


def _check_parameters(context: Context, route: ResolvedRoute, known: Collection[str], location: Location) -> None:
    for name in route.parameters:
        if name not in known:
            near = nearest(name, known)
            fix = f"Write :{near}." if near else f"Use {listed(sorted(known))}." if known else "Remove it."
            message = f"the path has :{name}, which is not given to it{did_you_mean(near)}"
            context.note("unknown_parameter", location, message, expected=listed(sorted(known)), near=near, fix=fix)
