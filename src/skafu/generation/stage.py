"""Plays journeys move by move, as the tests of a generated service tell them."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from skafu.blueprint.journeys import PEOPLE, START
from skafu.blueprint.resolved import Journey, Move, ResolvedQuery
from skafu.blueprint.simulation import SYSTEM, Caller, Happened, Instance, Outcome, Simulation, filled


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
        events: what it leads to.
        refusal: the code that refuses it.
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


class Stage:
    """Where the moves of a journey are played, with ids that say what they are."""

    def __init__(self, simulation: Simulation) -> None:
        """Begin with nothing."""
        self._simulation = simulation
        self._past: dict[str, list[tuple[Happened, datetime]]] = {}
        self._instances: dict[str, Instance] = {}
        self._now = START
        self._names = dict(PEOPLE)

    def play(self, move: Move, name: str = "") -> Scenario:
        """Play one move and remember what it led to.

        Args:
            move: the next move of the journey.
            name: what the scenario is called.
        """
        self._now += timedelta(seconds=move.wait + 1)
        caller = Caller(PEOPLE[move.caller], move.roles) if move.caller in PEOPLE else SYSTEM
        instance = self._instances.get(move.instance)
        body = filled(move.body, self._names, self._now)
        read_ids = self._simulation.read_ids(move.command, body, instance, caller, self._now)
        known = {found.id: found for found in self._instances.values()}
        reads = {read: known[found] for read, found in read_ids.items() if found in known}
        outcome = self._simulation.decide(move.command, body, instance, caller, self._now, reads)
        instance_id = instance.id if instance else self._new_id(move, body, caller)
        aggregates = {read.name: read.aggregate for read in self._simulation.commands[move.command].reads}
        scenario = Scenario(
            name=name,
            command=move.command,
            body=body,
            instance_id=instance_id,
            caller=caller,
            now=self._now.isoformat(),
            past=self._told(instance_id),
            reads={read: (aggregates[read], found, self._told(found)) for read, found in read_ids.items()},
            events=tuple(Told(one) for one in outcome.events),
            refusal=outcome.refusal,
        )
        self._remember(move, instance, instance_id, outcome)
        return scenario

    def row(self, query: ResolvedQuery, instance_id: str) -> dict[str, Any] | None:
        """The row of a query for an instance; nothing while none of the query's events has happened."""
        folded = self._simulation.replay(self._past.get(instance_id, ()), instance_id, query.sources)
        return self._simulation.row(query, folded) if folded else None

    def _new_id(self, move: Move, body: dict[str, Any], caller: Caller) -> str:
        creates = self._simulation.commands[move.command].creates
        derived = self._simulation.key_of(move.command, body, caller, self._now) if creates else None
        return derived or f"{move.instance.replace('_', '-')}-1"

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
    stage = Stage(simulation)
    for move in journey[:-1]:
        stage.play(move)
    return stage.play(journey[-1], name)
