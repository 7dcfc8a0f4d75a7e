"""Scenarios of policies for the tests of a service: an event arrives, and what its command leads to."""

from datetime import timedelta
from typing import Any

from skafu.blueprint.expressions import Checked, encode_value, evaluate
from skafu.blueprint.journeys import START
from skafu.blueprint.resolved import EventRef, ResolvedPolicy, ResolvedService, System
from skafu.blueprint.simulation import SYSTEM, Happened, Instance, Simulation
from skafu.generation.aggregate_view import View, store_constant
from skafu.generation.expression_code import members_of
from skafu.generation.python_types import literal
from skafu.generation.reaction_view import aggregate_of, command_of
from skafu.generation.scenarios import Scenario, Told, scenario_of, told_views

NOW = START + timedelta(days=1)
"""When reactions run in tests: later than every journey."""


def policy_scenario(policy: ResolvedPolicy, service: ResolvedService, system: System) -> View | None:
    """An event that a policy reacts to, and the events that its command leads to; nothing without a way to both."""
    told = _event(policy.when, system)
    target = _target(policy, service)
    if told is None or target is None or policy.for_each:
        return None
    simulation, scenario = Simulation(service), target
    aggregate, command = command_of(policy.then, service)
    values = {**told.values, **_pointing(policy.then.id, scenario.instance_id)}
    roots: dict[str, Any] = {"event": {**values, "recorded_at": NOW}, "now": NOW}
    instance = None if command.creates else _instance(simulation, scenario.past, scenario.instance_id)
    if policy.condition and not evaluate(policy.condition, roots):
        return None
    body = {one.field: encode_value(evaluate(one.value, roots)) for one in policy.then.values}
    outcome = simulation.decide(command.names.pascal, body, instance, SYSTEM, NOW, _reads(simulation, scenario))
    return {
        "store": store_constant(aggregate),
        "instance_id": scenario.instance_id,
        "past": [] if command.creates else told_views(scenario.past, aggregate, scenario.instance_id),
        "reads": [
            {
                "constants": store_constant(aggregate_of(of, service)),
                "id": instance_id,
                "past": told_views(past, aggregate_of(of, service), instance_id),
            }
            for of, instance_id, past in scenario.reads.values()
        ],
        "data": literal({name: encode_value(value) for name, value in values.items()}),
        "event_list": f"[{', '.join(literal(one.event) for one in outcome.events)}]",
    }


def _event(ref: EventRef, system: System) -> Happened | None:
    service = next(one for one in system.services if one.names.kebab == ref.service)
    aggregate = aggregate_of(ref.aggregate, service)
    way = aggregate.journeys.events.get(ref.event)
    if not way:
        return None
    scenario = scenario_of(Simulation(service), way, "")
    happened = next(one for one in scenario.happened if one.event == ref.event)
    return Happened(happened.event, {aggregate.id_name: scenario.instance_id, **happened.values})


def _target(policy: ResolvedPolicy, service: ResolvedService) -> Scenario | None:
    aggregate, command = command_of(policy.then, service)
    way = aggregate.journeys.commands.get(command.names.pascal)
    return scenario_of(Simulation(service), way, "") if way else None


def _pointing(target: Checked | None, instance_id: str) -> dict[str, Any]:
    return dict.fromkeys(members_of(target, "event"), instance_id) if target else {}


def _instance(simulation: Simulation, past: tuple[Told, ...], instance_id: str) -> Instance | None:
    return simulation.replay([(one.happened, START) for one in past], instance_id)


def _reads(simulation: Simulation, scenario: Scenario) -> dict[str, Instance]:
    found = {name: _instance(simulation, past, one) for name, (_, one, past) in scenario.reads.items()}
    return {name: instance for name, instance in found.items() if instance}
