"""Reactions that lead to themselves: an event runs a command that emits the event again."""

import msgspec

from skafu.blueprint.findings import Location
from skafu.blueprint.resolved import CommandRef, EventRef, ResolvedService, System
from skafu.blueprint.resolving.context import Context

Key = tuple[str, str]
"""A service and the name of an event."""


class _Edge(msgspec.Struct, frozen=True):
    """One event that follows another by itself, surely or only if something holds."""

    source: Key
    target: Key
    sure: bool
    location: Location


def check_loops(context: Context, system: System) -> None:
    """Note each loop once, at the first reaction that it runs through."""
    edges: dict[Key, list[_Edge]] = {}
    for service in system.services:
        for edge in _edges(context, system, service):
            edges.setdefault(edge.source, []).append(edge)
    reported: set[frozenset[Key]] = set()
    for start in sorted(edges):
        way = _way_back(start, edges)
        loop = frozenset(edge.source for edge in way)
        if way and loop not in reported:
            reported.add(loop)
            _note(context, way)


def _note(context: Context, way: list[_Edge]) -> None:
    names = " -> ".join([*(edge.source[1] for edge in way), way[-1].target[1]])
    if all(edge.sure for edge in way):
        fix = "Break it: with if, with in, or by another event."
        context.note("policy_loop", way[0].location, f"these events follow each other for ever: {names}", fix=fix)
    else:
        message = f"these events may follow each other in a circle: {names}"
        fix = "See that the conditions end it."
        context.note("policy_loop", way[0].location, message, severity="warning", fix=fix)


def _edges(context: Context, system: System, service: ResolvedService) -> list[_Edge]:
    """Give what follows what by the policies and calls of a service; timers take their time and are no loop."""
    place = context.index.services[service.names.kebab].location
    model = context.index.services[service.names.kebab].service
    found: list[_Edge] = []
    for policy in service.policies:
        at = next(
            at for at, one in enumerate(model.policies) if _same(one.when, one.then, policy.when, policy.then.command)
        )
        sure = policy.condition is None
        found += _following(system, policy.when, policy.then.command, (*place, "policies", at), sure=sure)
    for call in service.calls:
        at = next(at for at, one in enumerate(model.calls) if one.when.rpartition(".")[2] == call.when.event)
        answers = [answer for answer in (call.ok, call.failed) if answer]
        for answer in answers:
            found += _following(system, call.when, answer.command, (*place, "calls", at), sure=False)
    return found


def _same(when: str, then: str, event: EventRef, command: CommandRef) -> bool:
    return when.rpartition(".")[2] == event.event and then == command.command


def _following(system: System, when: EventRef, ref: CommandRef, place: Location, *, sure: bool) -> list[_Edge]:
    aggregates = (
        found for service in system.services if service.names.kebab == ref.service for found in service.aggregates
    )
    commands = (command for aggregate in aggregates for command in aggregate.commands)
    command = next((command for command in commands if command.names.pascal == ref.command), None)
    if command is None:
        return []
    guarded = bool(command.in_states or command.invariants or command.key)
    source = (when.service, when.event)
    return [
        _Edge(source, (ref.service, emit.event), sure and emit.condition is None and not guarded, place)
        for emit in command.emits
    ]


def _way_back(start: Key, edges: dict[Key, list[_Edge]]) -> list[_Edge]:
    """Find the shortest way from an event back to itself, preferring sure steps."""
    ways: list[list[_Edge]] = [[edge] for edge in sorted(edges[start], key=lambda edge: not edge.sure)]
    seen: set[Key] = set()
    while ways:
        way = ways.pop(0)
        last = way[-1].target
        if last == start:
            return way
        if last not in seen:
            seen.add(last)
            ways += [[*way, edge] for edge in sorted(edges.get(last, []), key=lambda edge: not edge.sure)]
    return []
