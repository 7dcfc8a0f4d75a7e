"""Scenarios of a service for its own tests: what happened before, what is asked for, what happens then."""

from skafu.blueprint.resolved import ResolvedAggregate
from skafu.blueprint.simulation import NOT_FOUND, SYSTEM, WRONG_STATE, Caller, Simulation
from skafu.generation.aggregate_view import View, reads_of_rules, store_constant
from skafu.generation.python_types import literal
from skafu.generation.stage import Scenario, Told, scenario_of

__all__ = ["Scenario", "Told", "scenario_of", "scenario_view", "scenarios_of", "told_views"]


def scenarios_of(simulation: Simulation, aggregate: ResolvedAggregate) -> list[Scenario]:
    """The scenarios of an aggregate: each command accepted, each event, each rule broken, each wrong state."""
    found: dict[str, Scenario] = {}
    journeys = aggregate.journeys
    for command in aggregate.commands:
        name, snake = command.names.pascal, command.names.snake
        if name not in journeys.commands:
            continue
        accepted = scenario_of(simulation, journeys.commands[name], f"{snake}_is_accepted")
        found[accepted.name] = accepted
        for rule in command.invariants:
            if way := journeys.refusals.get(f"{name}.{rule.code}"):
                refused = scenario_of(simulation, way, f"{snake}_is_refused_with_{rule.code}")
                found[refused.name] = refused
        if wrong := _wrong_state(simulation, aggregate, name):
            found[wrong.name] = wrong
    for event in aggregate.events:
        if way := journeys.events.get(event.names.pascal):
            led = scenario_of(simulation, way, f"{event.names.snake}_happens")
            if not any(event.names.pascal in {told.event for told in one.events} for one in found.values()):
                found[led.name] = led
    return [one for one in found.values() if one.refusal != NOT_FOUND]


def _wrong_state(simulation: Simulation, aggregate: ResolvedAggregate, command: str) -> Scenario | None:
    """The command in a state in which it is not allowed, with everything there that its rules look at."""
    found = simulation.commands[command]
    *before, last = aggregate.journeys.commands[command]
    ways = {state: way for state, way in aggregate.journeys.states.items() if state not in found.in_states and way}
    for state, way in ways.items() if found.in_states else ():
        others = (move for move in before if move.instance != last.instance and move not in way)
        scenario = scenario_of(simulation, (*way, *others, last), f"{found.names.snake}_is_refused_when_{state}")
        if scenario.refusal == WRONG_STATE:
            return scenario
    return None


def scenario_view(scenario: Scenario, simulation: Simulation) -> View:
    """A scenario as the template of a test sees it."""
    command = simulation.commands[scenario.command]
    aggregate = simulation.aggregates[command.aggregate]
    in_path = command.route.parameters if command.route else ()
    path = {name: scenario.body.get(name, scenario.instance_id) for name in in_path}
    sent = {name: value for name, value in scenario.body.items() if name not in in_path}
    return {
        "name": scenario.name,
        "snake": command.names.snake,
        "pascal": scenario.command,
        "creates": command.creates,
        "instance_id": scenario.instance_id,
        "body": literal(scenario.body),
        "path": literal(path),
        "sent": literal(sent),
        "caller": _caller(scenario.caller),
        "user": scenario.caller.id,
        "roles": " ".join(scenario.caller.roles),
        "now": scenario.now,
        "past": told_views(scenario.past, aggregate, scenario.instance_id),
        "reads": [
            {
                "name": name,
                "in_rules": name in {read.name for read in reads_of_rules(command)},
                "constants": store_constant(simulation.aggregates[of]),
                "id": instance_id,
                "past": told_views(past, simulation.aggregates[of], instance_id),
            }
            for name, (of, instance_id, past) in scenario.reads.items()
        ],
        "events": told_views(scenario.events, aggregate, scenario.instance_id),
        "event_list": f"[{', '.join(literal(one.event) for one in scenario.events)}]",
        "refusal": scenario.refusal,
    }


def _caller(caller: Caller) -> str:
    return "SYSTEM" if caller is SYSTEM else f"Caller({literal(caller.id)}, {literal(caller.roles)})"


def told_views(told: tuple[Told, ...], aggregate: ResolvedAggregate, instance_id: str) -> list[View]:
    """Events of the past as the template of a test sees them."""
    return [{"event": one.event, "data": literal({aggregate.id_name: instance_id, **one.data})} for one in told]
