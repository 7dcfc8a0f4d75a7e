"""Finds ways through an aggregate by playing it: to each state, each command, each event and each refusal."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from skafu.blueprint.expressions import ExpressionFailed
from skafu.blueprint.fitting import Unfit
from skafu.blueprint.resolved import Journey, Journeys, Move, ResolvedAggregate, ResolvedCommand
from skafu.blueprint.samples import MADE_UP, JsonValue, sample_id
from skafu.blueprint.simulation import SYSTEM, Caller, Instance, Outcome, Simulation, filled
from skafu.blueprint.variations import WAITS, Body, Surroundings, Variations

START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
PEOPLE = {"caller": sample_id("the caller"), "other": sample_id("somebody else")}
EXISTS = "exists"
MAX_TRIES = 800
PATIENCE = 250
"""How many moves to try without seeing anything new."""
MAX_REPEATS = 110
MAX_LENGTH = 12
BODIES_PER_STEP = 40


class _World(msgspec.Struct, frozen=True):
    """The instances so far, by what the journey calls them, and the way to them."""

    instances: dict[str, Instance]
    moves: Journey
    now: datetime


class _Attempt(msgspec.Struct, frozen=True):
    """One move and what it led to."""

    move: Move
    outcome: Outcome
    instance_id: str
    now: datetime


def journeys_of(simulation: Simulation, aggregate: ResolvedAggregate) -> Journeys:
    """Find the journeys of one aggregate.

    Args:
        simulation: of its service.
        aggregate: whose commands, and those of the aggregates that their rules look at, are played.
    """
    return _Search(simulation, aggregate).run()


class _Search:
    """A search by breadth: short ways first, worlds that look alike once."""

    def __init__(self, simulation: Simulation, aggregate: ResolvedAggregate) -> None:
        self._simulation = simulation
        self._aggregate = aggregate
        involved = _involved(simulation, aggregate)
        commands = [command for found in involved for command in found.commands]
        self._commands = sorted(commands, key=lambda command: command.route is None)
        self._own = {command.names.pascal for command in aggregate.commands}
        value_types = {found.names.pascal: found.fields for found in simulation.service.value_types}
        self._variations = {command.names.pascal: Variations(command, value_types) for command in commands}
        self._found = Journeys({}, {}, {}, {})
        self._goals = _goals(aggregate)
        self._tries = 0
        self._last_seen = 0
        self._accepted: dict[str, tuple[_World, Body, Caller]] = {}

    def run(self) -> Journeys:
        waiting = deque([_World({}, (), START)])
        seen: set[object] = set()
        while waiting and self._goals and self._tries < MAX_TRIES and self._tries - self._last_seen < PATIENCE:
            world = waiting.popleft()
            if len(world.moves) >= MAX_LENGTH:
                break
            for after in self._steps(world):
                look = tuple((name, _look(instance)) for name, instance in sorted(after.instances.items()))
                if look not in seen:
                    seen.add(look)
                    waiting.append(after)
        for _, name, _ in sorted(goal for goal in self._goals if goal[0] == "refusal"):
            self._repeat(name)
        return self._found

    def _repeat(self, name: str) -> None:
        """Run an accepted command over and over with new ids, until a rule about how many there may be refuses it."""
        if name not in self._accepted:
            return
        world, body, caller = self._accepted[name]
        command = self._simulation.commands[name]
        move = next(move for move in reversed(world.moves) if move.command == name)
        for turn in range(MAX_REPEATS):
            fresh = {key: _renewed(value, turn) for key, value in body.items()}
            instance = world.instances.get(move.instance)
            now = world.now + timedelta(seconds=1)
            again = msgspec.structs.replace(move, body=fresh)
            attempt = self._play(again, fresh, world, instance, caller, now) if instance else None
            after = self._after(world, attempt) if attempt else None
            if attempt is not None:
                self._note(command, attempt, (*world.moves, again), after)
            if after is None:
                return
            world = after

    def _steps(self, world: _World) -> Iterator[_World]:
        """Give the worlds that one move leads to, noting what each shows."""
        for command in self._commands:
            outcomes = set()
            for attempt in self._attempts(command, world):
                shown = attempt.outcome.refusal or tuple(event.event for event in attempt.outcome.events)
                if shown in outcomes:
                    continue
                outcomes.add(shown)
                after = self._after(world, attempt)
                if after is not None and not command.creates:
                    caller = SYSTEM if attempt.move.caller == "system" else _caller(attempt.move)
                    self._accepted.setdefault(command.names.pascal, (after, attempt.move.body, caller))
                if command.names.pascal in self._own:
                    self._note(command, attempt, (*world.moves, attempt.move), after)
                if after is not None:
                    yield after
                if attempt.outcome.refusal is None and not self._open(command):
                    break

    def _open(self, command: ResolvedCommand) -> bool:
        """Whether something about a command has not been seen yet."""
        return any(goal[1] == command.names.pascal for goal in self._goals)

    def _attempts(self, command: ResolvedCommand, world: _World) -> Iterator[_Attempt]:
        aggregate = self._simulation.aggregates[command.aggregate]
        instance = world.instances.get(aggregate.names.snake)
        if command.creates == (instance is not None) and aggregate.store != "log":
            return
        if instance is not None and command.in_states and instance.status not in command.in_states:
            return
        variations = self._variations[command.names.pascal]
        for wait in (0, *(WAITS if variations.looks_at_time else ())):
            now = world.now + timedelta(seconds=wait + 1)
            for person, caller in _callers(command):
                around = self._around(world, instance, aggregate, caller, now)
                for body in variations.bodies(around, BODIES_PER_STEP):
                    if self._tries >= MAX_TRIES:
                        return
                    self._tries += 1
                    move = Move(command.names.pascal, aggregate.names.snake, person, caller.roles, body, wait)
                    attempt = self._play(move, body, world, instance, caller, now)
                    if attempt is not None:
                        yield attempt

    def _play(
        self, move: Move, body: Body, world: _World, instance: Instance | None, caller: Caller, now: datetime
    ) -> _Attempt | None:
        names = PEOPLE | {name: found.id for name, found in world.instances.items()}
        given = filled(body, names, now)
        try:
            ids = self._simulation.read_ids(move.command, given, instance, caller, now)
            by_id = {found.id: found for found in world.instances.values()}
            reads = {name: by_id[found] for name, found in ids.items() if found in by_id}
            outcome = self._simulation.decide(move.command, given, instance, caller, now, reads)
            made = instance.id if instance else self._simulation.key_of(move.command, given, caller, now)
        except (ExpressionFailed, Unfit):
            return None
        return _Attempt(move, outcome, made or sample_id(f"journey {move.instance}"), now)

    def _around(
        self, world: _World, instance: Instance | None, aggregate: ResolvedAggregate, caller: Caller, now: datetime
    ) -> Surroundings:
        roots: dict[str, Any] = {"caller": {"id": caller.id, "roles": caller.roles}, "now": now}
        for name, found in world.instances.items():
            of = next(one for one in self._simulation.aggregates.values() if one.names.snake == name)
            roots[name] = self._simulation.state(of, found)
        if instance is not None:
            roots["state"] = self._simulation.state(aggregate, instance)
        for command in aggregate.commands:
            for read in command.reads:
                snake = self._simulation.aggregates[read.aggregate].names.snake
                if snake in roots:
                    roots[read.name] = roots[snake]
        tokens = {found: f"${name}" for name, found in PEOPLE.items()}
        tokens |= {found.id: f"${name}" for name, found in world.instances.items()}
        return Surroundings(roots, tokens, now)

    def _after(self, world: _World, attempt: _Attempt) -> _World | None:
        events = attempt.outcome.events
        if not events:
            return None
        name = attempt.move.instance
        instance = world.instances.get(name)
        try:
            for happened in events:
                instance = self._simulation.evolve(instance, happened, attempt.instance_id, attempt.now)
        except ExpressionFailed:
            return None
        if instance is None:
            return None
        return _World({**world.instances, name: instance}, (*world.moves, attempt.move), attempt.now)

    def _note(self, command: ResolvedCommand, attempt: _Attempt, way: Journey, after: _World | None) -> None:
        name, outcome = command.names.pascal, attempt.outcome
        if outcome.refusal is not None:
            self._reach(("refusal", name, outcome.refusal), self._found.refusals, f"{name}.{outcome.refusal}", way)
            return
        if outcome.events or not command.emits:
            self._reach(("command", name, ""), self._found.commands, name, way)
        for happened in outcome.events:
            self._reach(("event", name, happened.event), self._found.events, happened.event, way)
        if after is not None:
            status = after.instances[attempt.move.instance].status or EXISTS
            self._reach(("state", "", status), self._found.states, status, way)

    def _reach(self, goal: tuple[str, str, str], found: dict[str, Journey], name: str, way: Journey) -> None:
        if goal in self._goals:
            self._goals.discard(goal)
            self._last_seen = self._tries
            found.setdefault(name, way)


def _goals(aggregate: ResolvedAggregate) -> set[tuple[str, str, str]]:
    """Give what there is to see: each state, each command, each event that a command may emit, each refusal."""
    goals = {("state", "", state) for state in aggregate.states or (EXISTS,)}
    for command in aggregate.commands:
        name = command.names.pascal
        goals.add(("command", name, ""))
        goals |= {("event", name, emit.event) for emit in command.emits}
        goals |= {("refusal", name, invariant.code) for invariant in command.invariants}
    return goals


def _involved(simulation: Simulation, aggregate: ResolvedAggregate) -> list[ResolvedAggregate]:
    """Give the aggregate and the ones that its rules look at, directly or not."""
    found = {aggregate.names.pascal: aggregate}
    waiting = [aggregate]
    while waiting:
        for command in waiting.pop().commands:
            for read in command.reads:
                if read.aggregate not in found:
                    found[read.aggregate] = simulation.aggregates[read.aggregate]
                    waiting.append(found[read.aggregate])
    return list(found.values())


def _callers(command: ResolvedCommand) -> Iterator[tuple[str, Caller]]:
    """Give who may call: a person with each of the roles, somebody else; the system, where nobody can."""
    if command.route is None:
        yield "system", SYSTEM
        return
    roles: list[tuple[str, ...]] = [(role,) for role in command.access.roles]
    roles = roles or [()]
    yield from (("caller", Caller(PEOPLE["caller"], role)) for role in roles)
    if command.access.allow or command.invariants:
        yield "other", Caller(PEOPLE["other"], roles[0])


def _caller(move: Move) -> Caller:
    return Caller(PEOPLE[move.caller], move.roles)


def _renewed(value: JsonValue, turn: int) -> JsonValue:
    """Give made-up ids another value each turn; everything else stays."""
    match value:
        case str() if value.startswith(MADE_UP):
            return sample_id(f"{value} {turn}")
        case dict():
            return {key: _renewed(part, turn) for key, part in value.items()}
        case list():
            return [_renewed(part, turn) for part in value]
        case _:
            return value


def _look(instance: Instance) -> tuple[Any, ...]:
    """Give what tells instances apart: status, what is there, how long lists are, how large numbers."""
    return (instance.status, *(_rough(value) for _, value in sorted(instance.fields.items())))


def _rough(value: object) -> object:
    if isinstance(value, tuple):
        return min(len(value), 3)
    if isinstance(value, bool) or value is None:
        return value
    return min(value, 4) if isinstance(value, int) else str(type(value))
