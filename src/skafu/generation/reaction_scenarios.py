"""Scenarios of reactions for the tests of a service: an event arrives, and what the command that it leads to does."""

import copy
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from skafu.blueprint.expressions import Checked, encode_value, evaluate
from skafu.blueprint.journeys import START
from skafu.blueprint.resolved import (
    EventRef,
    Reaction,
    ResolvedCall,
    ResolvedCommand,
    ResolvedInbound,
    ResolvedService,
    System,
)
from skafu.blueprint.simulation import SYSTEM, Happened, Instance, Simulation
from skafu.generation.aggregate_view import View, store_constant
from skafu.generation.expression_code import members_of
from skafu.generation.inbound_view import Path, message_paths
from skafu.generation.python_types import literal
from skafu.generation.reaction_view import aggregate_of, command_of
from skafu.generation.scenarios import Scenario, Told, scenario_of, told_views

NOW = START + timedelta(days=1)
"""When reactions run in tests: later than every journey."""
FAILURE = {"code": "http_402", "message": "It was refused."}
"""What an outside system that says no leads to."""
Roots = dict[str, dict[str, Any]]


def call_scenarios(call: ResolvedCall, service: ResolvedService, system: System) -> list[View]:
    """An answer of an outside system, a refusal, and what each leads to."""
    told = event_sample(call.when, system)
    if told is None or not holds(call.condition, {"event": told}):
        return []
    result = {field.name: field.valid for field in call.operation.returns}
    answered = literal(result) if call.ok and result else "{}"
    cases = [("is_answered", call.ok, result, answered), ("fails", call.failed, FAILURE, None)]
    found = []
    for name, reaction, given, answer in cases:
        roots = {"event": dict(told), "result": dict(given)}
        scenario = reaction_scenario(reaction, service, roots) if reaction else _nothing(roots)
        if scenario:
            found.append({**scenario, "name": name, "answer": answer, "handled": answer is not None or bool(reaction)})
    return found


def inbound_scenario(inbound: ResolvedInbound, service: ResolvedService) -> View | None:
    """A message from outside, and the events that its command leads to."""
    aggregate, command = command_of(inbound.then, service)
    way = aggregate.journeys.commands.get(command.names.pascal)
    if not way:
        return None
    message = copy.deepcopy(inbound.sample)
    scenario = scenario_of(Simulation(service), way, "")
    for path, instance_id in _ids_in(inbound.then, command, scenario):
        here = message
        for name in path[:-1]:
            here = here.setdefault(name, {})
        here[path[-1]] = instance_id
    found = reaction_scenario(inbound.then, service, {"message": message})
    return {**found, "message": literal(message)} if found else None


def _ids_in(then: Reaction, command: ResolvedCommand, scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Where a message names an instance that must be there: the one that it is for, and those that rules look at."""
    for path in message_paths(then.id):
        yield path, scenario.instance_id
    for value, instance_id in _looked_at(then, command, scenario):
        for path in message_paths(value):
            yield path, instance_id


def _looked_at(reaction: Reaction, command: ResolvedCommand, scenario: Scenario) -> Iterator[tuple[Checked, str]]:
    """What gives the ids of the instances that the rules of a command look at, and these ids."""
    values = {f"command.{one.field}": one.value for one in reaction.values}
    for read in command.reads:
        if read.name in scenario.reads and read.id.text in values:
            yield values[read.id.text], scenario.reads[read.name][1]


def _nothing(roots: Roots) -> View:
    return {"store": "", "instance_id": "", "past": [], "reads": [], "data": data_of(roots), "event_list": "[]"}


def _reads_view(scenario: Scenario, service: ResolvedService) -> list[View]:
    return [
        {
            "constants": store_constant(aggregate_of(of, service)),
            "id": instance_id,
            "past": told_views(past, aggregate_of(of, service), instance_id),
        }
        for of, instance_id, past in scenario.reads.values()
    ]


def reaction_scenario(reaction: Reaction, service: ResolvedService, roots: Roots) -> View | None:
    """The past of the instance that a reaction acts on, and the events that its command leads to.

    Args:
        reaction: the command with its expressions.
        service: where the command runs.
        roots: what the expressions look at: `event`, `result`, `row`; what gives the id is changed to fit the past.

    Returns:
        Nothing when no journey leads to the command.
    """
    aggregate, command = command_of(reaction, service)
    way = aggregate.journeys.commands.get(command.names.pascal)
    if not way:
        return None
    simulation = Simulation(service)
    scenario = scenario_of(simulation, way, "")
    for root in roots.keys() - {"message"}:
        roots[root].update(_pointing(reaction.id, root, scenario.instance_id))
        for value, instance_id in _looked_at(reaction, command, scenario):
            roots[root].update(_pointing(value, root, instance_id))
    seen = roots_of_message(roots)
    instance = None if command.creates else _instance(simulation, scenario.past, scenario.instance_id)
    body = {one.field: encode_value(evaluate(one.value, seen)) for one in reaction.values}
    outcome = simulation.decide(command.names.pascal, body, instance, SYSTEM, NOW, _reads(simulation, scenario))
    return {
        "store": store_constant(aggregate),
        "instance_id": scenario.instance_id,
        "past": [] if command.creates else told_views(scenario.past, aggregate, scenario.instance_id),
        "reads": _reads_view(scenario, service),
        "data": data_of(roots),
        "event_list": f"[{', '.join(literal(one.event) for one in outcome.events)}]",
        "accepted": outcome.refusal is None,
    }


def event_sample(ref: EventRef, system: System) -> dict[str, Any] | None:
    """The values of an event that a journey emits, its id among them; nothing when none does."""
    service = next(one for one in system.services if one.names.kebab == ref.service)
    aggregate = aggregate_of(ref.aggregate, service)
    way = aggregate.journeys.events.get(ref.event)
    if not way:
        return None
    scenario = scenario_of(Simulation(service), way, "")
    happened: Happened = next(one for one in scenario.happened if one.event == ref.event)
    return {aggregate.id_name: scenario.instance_id, **happened.values}


def data_of(roots: Roots) -> str:
    """The data of the event as Python source."""
    return literal({name: encode_value(value) for name, value in roots.get("event", {}).items()})


def holds(condition: Checked | None, roots: Mapping[str, Any]) -> bool:
    """Whether a condition is true of what it looks at."""
    return condition is None or bool(evaluate(condition, roots_of_message(roots)))


def roots_of_message(roots: Mapping[str, Any]) -> dict[str, Any]:
    """What expressions look at when a message is handled: also the time, and when the event was recorded."""
    events = {"event": {**roots["event"], "recorded_at": NOW}} if "event" in roots else {}
    return {**roots, **events, "now": NOW}


def _pointing(target: Checked | None, root: str, instance_id: str) -> dict[str, Any]:
    return dict.fromkeys(members_of(target, root), instance_id) if target else {}


def _instance(simulation: Simulation, past: tuple[Told, ...], instance_id: str) -> Instance | None:
    return simulation.replay([(one.happened, START) for one in past], instance_id)


def _reads(simulation: Simulation, scenario: Scenario) -> dict[str, Instance]:
    found = {name: _instance(simulation, past, one) for name, (_, one, past) in scenario.reads.items()}
    return {name: instance for name, instance in found.items() if instance}
