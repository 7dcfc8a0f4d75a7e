"""Scenarios of a service for its own tests: what happened before, what is asked for, what happens then."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from skafu.blueprint.expressions import evaluate
from skafu.blueprint.journeys import PEOPLE, START
from skafu.blueprint.resolved import Journey, Move, ResolvedAggregate, ResolvedQuery
from skafu.blueprint.simulation import NOT_FOUND, SYSTEM, Caller, Happened, Instance, Outcome, Simulation, filled
from skafu.generation.aggregate_view import View, store_constant
from skafu.generation.python_types import literal


class Told(msgspec.Struct, frozen=True):
    """An event of the past, as a test tells it."""

    happened: Happened

    @property
    def event(self) -> str:
        """Its name."""
        return self.happened.event

    @property
    def data(self) -> dict[str, Any]:
        """Its fields as JSON."""
        return self.happened.as_json()


class Scenario(msgspec.Struct, frozen=True):
    """One move after others: the past of its instance and of what its rules look at, and its outcome.

    Attributes:
        name: what the test is called.
        command: the command's name.
        body: all its fields as JSON.
        instance_id: the id of the instance that it creates or acts on.
        caller: who asks.
        now: when, in ISO 8601.
        past: the events of the instance.
        reads: name of a read -> its aggregate, id and events.
        outcome: the events it leads to, or the code that refuses it.
    """

    name: str
    command: str
    body: dict[str, Any]
    instance_id: str
    caller: Caller
    now: str
    past: tuple[Told, ...]
    reads: dict[str, tuple[str, str, tuple[Told, ...]]]
    events: tuple[Told, ...]
    refusal: str | None

    @property
    def happened(self) -> tuple[Happened, ...]:
        """The events that it leads to, with their values."""
        return tuple(one.happened for one in self.events)


class _Stage:
    """Plays journeys move by move, with ids that say what they are."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._past: dict[str, list[tuple[Happened, datetime]]] = {}
        self._instances: dict[str, Instance] = {}
        self._now = START
        self._names = dict(PEOPLE)

    def play(self, move: Move, name: str) -> Scenario:
        """Play one move and remember what it led to."""
        self._now += timedelta(seconds=move.wait + 1)
        command = self._simulation.commands[move.command]
        caller = Caller(PEOPLE[move.caller], move.roles) if move.caller in PEOPLE else SYSTEM
        instance = self._instances.get(move.instance)
        body = filled(move.body, self._names, self._now)
        derived = self._simulation.key_of(move.command, body, caller, self._now) if command.creates else None
        instance_id = instance.id if instance else derived or f"{move.instance.replace('_', '-')}-1"
        read_ids = self._simulation.read_ids(move.command, body, instance, caller, self._now)
        reads = {
            read.name: found
            for read in command.reads
            if (found := self._known(read.aggregate)) and found.id == read_ids.get(read.name)
        }
        outcome = self._simulation.decide(move.command, body, instance, caller, self._now, reads)
        scenario = Scenario(
            name=name,
            command=move.command,
            body=body,
            instance_id=instance_id,
            caller=caller,
            now=self._now.isoformat(),
            past=self._told(instance_id),
            reads={
                read.name: (read.aggregate, read_ids[read.name], self._told(read_ids[read.name]))
                for read in command.reads
                if read.name in read_ids
            },
            events=tuple(Told(one) for one in outcome.events),
            refusal=outcome.refusal,
        )
        self._remember(move, instance, instance_id, outcome)
        return scenario

    def _known(self, aggregate: str) -> Instance | None:
        return self._instances.get(self._simulation.aggregates[aggregate].names.snake)

    def row(self, query: ResolvedQuery) -> View | None:
        """The row of a query for the instance that was played last."""
        history = list(self._past.values())[-1]
        instance_id = list(self._past)[-1]
        folded = self._simulation.replay(history, instance_id, query.sources)
        return self._simulation.row(query, folded) if folded else None

    def _remember(self, move: Move, instance: Instance | None, instance_id: str, outcome: Outcome) -> None:
        for happened in outcome.events:
            instance = self._simulation.evolve(instance, happened, instance_id, self._now)
            self._past.setdefault(instance_id, []).append((happened, self._now))
        if instance is not None:
            self._instances[move.instance] = instance
            self._names[move.instance] = instance_id

    def _told(self, instance_id: str) -> tuple[Told, ...]:
        return tuple(Told(one) for one, _ in self._past.get(instance_id, ()))


def scenario_of(simulation: Simulation, journey: Journey, name: str) -> Scenario:
    """Play a journey; the scenario is its last move."""
    stage = _Stage(simulation)
    for move in journey[:-1]:
        stage.play(move, "")
    return stage.play(journey[-1], name)


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
    """The command in a state in which it is not allowed."""
    found = simulation.commands[command]
    for state, way in aggregate.journeys.states.items():
        if found.in_states and state not in found.in_states and way:
            last = aggregate.journeys.commands[command][-1]
            name = f"{found.names.snake}_is_refused_when_{state}"
            scenario = scenario_of(simulation, (*way, last), name)
            return scenario if scenario.refusal == "wrong_state" else None
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


def _reader(query: ResolvedQuery, row: View, last_caller: str) -> str | None:
    """Somebody who may see the row: the owner by key, else the first person named in it whom the rule lets in."""
    if owner := next((row[key.column] for key in query.by if key.is_caller), None):
        return str(owner)
    allow = query.access.allow
    if allow is None:
        return last_caller
    asked = {one.name: row.get(one.name) for one in query.parameters}
    people = [*PEOPLE.values(), *(value for value in row.values() if isinstance(value, str))]
    roots = [{"query": asked, "row": row, "caller": {"id": one, "roles": query.access.roles[:1]}} for one in people]
    return next((str(one["caller"]["id"]) for one in roots if evaluate(allow, one)), None)


def _caller(caller: Caller) -> str:
    return "SYSTEM" if caller is SYSTEM else f"Caller({literal(caller.id)}, {literal(caller.roles)})"


def told_views(told: tuple[Told, ...], aggregate: ResolvedAggregate, instance_id: str) -> list[View]:
    """Events of the past as the template of a test sees them."""
    return [{"event": one.event, "data": literal({aggregate.id_name: instance_id, **one.data})} for one in told]


def query_scenario_view(query: ResolvedQuery, simulation: Simulation) -> View | None:
    """A row to find, and how to ask for it; nothing when no journey leads to one."""
    aggregate = simulation.aggregates[query.aggregate]
    journeys = aggregate.journeys.states or aggregate.journeys.events
    if not journeys or not any(journeys.values()):
        return None
    way = max(journeys.values(), key=len)
    stage = _Stage(simulation)
    last = [stage.play(move, "") for move in way][-1]
    past = (*last.past, *last.events)
    row = stage.row(query)
    if row is None:
        return None
    asked = [one for one in query.parameters if one.required]
    user = _reader(query, row, last.caller.id)
    if user is None:
        return None
    return {
        "instance_id": last.instance_id,
        "past": told_views(past, aggregate, last.instance_id),
        "user": user,
        "roles": " ".join(query.access.roles[:1]),
        "path": literal({one.name: row[one.name] for one in asked if one.place == "path"}),
        "query": literal({one.name: str(row[one.name]) for one in asked if one.place == "query"}),
    }
