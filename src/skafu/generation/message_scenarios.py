"""Scenarios of policies and timers for the tests of a service: for one instance, or for each row of a query."""

from datetime import timedelta
from typing import Any

from skafu.blueprint.expressions import decode_value, evaluate
from skafu.blueprint.resolved import ForEach, Reaction, ResolvedPolicy, ResolvedService, ResolvedTimer, System
from skafu.blueprint.simulation import Simulation
from skafu.generation.aggregate_view import View
from skafu.generation.expression_code import members_of
from skafu.generation.reaction_scenarios import (
    NOW,
    Roots,
    data_of,
    event_sample,
    holds,
    reaction_scenario,
    roots_of_message,
)
from skafu.generation.reaction_view import command_of, query_of
from skafu.generation.scenarios import scenario_of
from skafu.generation.stage import Stage

SENDER = "somebody-elses"
"""The aggregate of every message in the tests of a service."""


def message_scenario(one: ResolvedPolicy | ResolvedTimer, service: ResolvedService, system: System) -> View | None:
    """An event that a policy or a timer reacts to, and what its command leads to; nothing without a way to both."""
    told = event_sample(one.when, system) if one.when else {}
    if told is None:
        return None
    roots: Roots = {"event": told}
    if one.for_each:
        row = _row(one.for_each, one.then, service)
        if row is None:
            return None
        roots["row"] = row
        for key in one.for_each.keys:
            told.update(dict.fromkeys(members_of(key.value, "event"), row[key.field]))
    return reaction_scenario(one.then, service, roots) if holds(one.condition, roots) else None


def _row(each: ForEach, then: Reaction, service: ResolvedService) -> dict[str, Any] | None:
    """The row of the instance that a command acts on; nothing where the rows are of others."""
    aggregate, command = command_of(then, service)
    query = query_of(each, service)
    way = aggregate.journeys.commands.get(command.names.pascal)
    if query is None or query.aggregate != aggregate.names.pascal or command.creates or not way:
        return None
    simulation = Simulation(service)
    stage = Stage(simulation)
    for move in way[:-1]:
        stage.play(move)
    row = stage.row(query, scenario_of(simulation, way, "").instance_id)
    records = {one.names.pascal: {field.name: field.type for field in one.fields} for one in service.value_types}
    return row and {
        one.name: None if row[one.name] is None else decode_value(one.type, row[one.name], records)
        for one in query.columns
    }


def armed_scenario(timer: ResolvedTimer, system: System) -> View | None:
    """An event that sets a timer: whose timer it is, and when it is due."""
    told = event_sample(timer.when, system) if timer.when else None
    if told is None:
        return None
    seen = roots_of_message({"event": told})
    due = evaluate(timer.at, seen) if timer.at else NOW + timedelta(seconds=timer.after_seconds or 0)
    instance_id = evaluate(timer.then.id, seen) if timer.then.id else SENDER
    return {"data": data_of({"event": told}), "instance_id": instance_id, "due": due.isoformat()}
