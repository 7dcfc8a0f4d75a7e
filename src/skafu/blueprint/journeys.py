"""Finds ways through an aggregate by playing it: to each state, each command, each event and each refusal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import msgspec

from skafu.blueprint.expressions import ExpressionFailed
from skafu.blueprint.fitting import Unfit
from skafu.blueprint.resolved import Journey, Journeys, Move, ResolvedAggregate, ResolvedCommand
from skafu.blueprint.samples import MADE_UP, JsonValue, sample_id
from skafu.blueprint.simulation import SYSTEM, Caller, Instance, Outcome, Simulation, filled
from skafu.blueprint.variations import Body, Surroundings, Variations, looked_at, waits

START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
PEOPLE = {"caller": sample_id("the caller"), "other": sample_id("somebody else")}
EXISTS = "exists"
MAX_TRIES = 1_500
PATIENCE = 150
"""How many moves to try without seeing anything new."""
MAX_LENGTH = 12
MAX_REPEATS = 110
BODIES_PER_STEP = 40
FIRST_BODIES = 3
"""How many bodies a first, quick search tries: most ways need no more than the samples."""
BODIES_AGAIN = 16
LASTING_BODIES = 6


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


class _Cast(msgspec.Struct, frozen=True):
    """Who plays in a command: its instance by name (maybe one that it makes), and the caller."""

    instance: str
    person: str
    caller: Caller


def journeys_of(simulation: Simulation, aggregate: ResolvedAggregate) -> Journeys:
    """Find the journeys of one aggregate.

    Args:
        simulation: of its service.
        aggregate: whose commands, and those of the aggregates that their rules look at, are played.
    """
    search = _Search(simulation, aggregate)
    search.run(wide=False, bodies=FIRST_BODIES)
    search.run(wide=False)
    search.run(wide=True)
    return search.found


class _Search:
    """A search from world to world, of which those that look alike are visited once.

    A narrow search plays one instance of each aggregate, short ways first. A wide one also plays a second instance of
    what rules look at, leaves other states behind, and goes first where the aggregate looks like never before.
    """

    def __init__(self, simulation: Simulation, aggregate: ResolvedAggregate) -> None:
        self._simulation = simulation
        self._aggregate = aggregate
        involved = _involved(simulation, aggregate)
        commands = [command for found in involved for command in found.commands]
        self._commands = sorted(commands, key=lambda command: command.route is None)
        value_types = {found.names.pascal: found.fields for found in simulation.service.value_types}
        state = looked_at(commands)
        self._variations = {command.names.pascal: Variations(command, value_types, state) for command in commands}
        self._kinds = {name: found for found in involved for name in _instance_names(found)}
        self._goals = _goals(aggregate)
        self._tries = self._last_seen = 0
        self._accepted: dict[str, tuple[_World, _Cast]] = {}
        self._bodies: dict[str, Body] = {}
        self._wide, self._most = False, BODIES_PER_STEP
        self.found = Journeys({}, {}, {}, {})

    def run(self, *, wide: bool, bodies: int = BODIES_PER_STEP) -> None:
        """Search until everything has been seen, or nothing new for a while, with so many bodies of each command."""
        self._wide, self._most = wide, bodies
        self._last_seen = self._tries
        patience = PATIENCE * 5 if wide else PATIENCE
        waiting = [(0, 0, 0, _World({}, (), START))]
        seen: set[object] = set()
        main: Counter[object] = Counter()
        while waiting and self._goals and self._tries < MAX_TRIES and self._tries - self._last_seen < patience:
            world = heappop(waiting)[-1]
            for after in self._steps(world):
                look = tuple((name, _look(instance, after)) for name, instance in sorted(after.instances.items()))
                if look not in seen and len(after.moves) < MAX_LENGTH:
                    seen.add(look)
                    own = dict(look).get(self._aggregate.names.snake)
                    main[own] += 1
                    heappush(waiting, (main[own] if wide else 0, len(after.moves), len(seen), after))
        for _, name, _ in sorted(goal for goal in self._goals if goal[0] == "refusal"):
            self._repeat(name)

    def _repeat(self, name: str) -> None:
        """Run an accepted command over and over with new ids, until a rule about how many there may be refuses it."""
        if name not in self._accepted:
            return
        world, cast = self._accepted[name]
        body = world.moves[-1].body
        for turn in range(MAX_REPEATS):
            fresh = {key: _renewed(value, turn) for key, value in body.items()}
            attempt = self._play(self._simulation.commands[name], cast, fresh, world, 0)
            after = self._shown(attempt, world, cast) if attempt else None
            if after is None:
                return
            world = after

    def _steps(self, world: _World) -> Iterator[_World]:
        """Give the worlds that one move leads to, noting what each shows."""
        there = {self._kinds[name].names.pascal for name in world.instances}
        for command in self._commands:
            if any(read.aggregate not in there for read in command.reads):
                continue
            shown: set[object] = set()
            for cast in self._casts(command, world):
                for attempt in self._attempts(command, cast, world):
                    after = self._shown(attempt, world, cast)
                    look = _look(after.instances[cast.instance], after) if after and self._wide else None
                    key = (attempt.outcome.refusal, tuple(event.event for event in attempt.outcome.events), look)
                    if after is not None and key not in shown:
                        yield after
                    shown.add(key)

    def _casts(self, command: ResolvedCommand, world: _World) -> Iterator[_Cast]:
        aggregate = self._simulation.aggregates[command.aggregate]
        both = self._wide and aggregate is not self._aggregate
        names = _instance_names(aggregate) if both else _instance_names(aggregate)[:1]
        is_log = aggregate.store == "log"
        missing = [name for name in names if name not in world.instances]
        present = [name for name in names if name in world.instances]
        for name in (missing[:1] if command.creates else []) + (present if is_log or not command.creates else []):
            instance = world.instances.get(name)
            if instance is None or not command.in_states or instance.status in command.in_states:
                alone = not self._variations[command.names.pascal].looks_at_caller
                callers = list(_callers(command))
                yield from (_Cast(name, person, caller) for person, caller in (callers[:1] if alone else callers))

    def _attempts(self, command: ResolvedCommand, cast: _Cast, world: _World) -> Iterator[_Attempt]:
        """Play a command: thoroughly while something about it has not been seen, and until it is accepted after."""
        variations = self._variations[command.names.pascal]
        around = self._around(world, command, cast)
        accepted = self._bodies.get(command.names.pascal)
        works = False
        for body in variations.lasting(around, LASTING_BODIES if self._wide and accepted else 1, accepted):
            for attempt in self._tried(command, cast, body, world, 0):
                works = works or bool(attempt.outcome.events)
                yield attempt
        if not self._is_open(command):
            yield from () if works else self._until_accepted(command, cast, world)
            return
        times = waits(around) if variations.looks_at_time else [0]
        for wait, limit in (*((wait, 1) for wait in times), (0, self._most), *((wait, 6) for wait in times[1:])):
            later = self._around(world, command, cast, wait)
            for body in variations.bodies(later, limit):
                if not self._is_open(command):
                    return
                yield from self._tried(command, cast, body, world, wait)

    def _until_accepted(self, command: ResolvedCommand, cast: _Cast, world: _World) -> Iterator[_Attempt]:
        variations = self._variations[command.names.pascal]
        for body in variations.bodies(self._around(world, command, cast), BODIES_AGAIN if self._wide else 3):
            for attempt in self._tried(command, cast, body, world, 0):
                yield attempt
                if attempt.outcome.events:
                    return

    def _is_open(self, command: ResolvedCommand) -> bool:
        """Whether something about a command has not been seen yet."""
        return any(goal[1] == command.names.pascal for goal in self._goals)

    def _tried(self, command: ResolvedCommand, cast: _Cast, body: Body, world: _World, wait: int) -> Iterator[_Attempt]:
        if self._tries < MAX_TRIES:
            self._tries += 1
            attempt = self._play(command, cast, body, world, wait)
            if attempt is not None:
                yield attempt

    def _play(self, command: ResolvedCommand, cast: _Cast, body: Body, world: _World, wait: int) -> _Attempt | None:
        name = command.names.pascal
        now = world.now + timedelta(seconds=wait + 1)
        instance = world.instances.get(cast.instance)
        given = filled(body, PEOPLE | {name: found.id for name, found in world.instances.items()}, now)
        try:
            ids = self._simulation.read_ids(name, given, instance, cast.caller, now)
            reads = {read.name: self._read(read.aggregate, ids.get(read.name), world) for read in command.reads}
            there = {read: found for read, found in reads.items() if found is not None}
            outcome = self._simulation.decide(name, given, instance, cast.caller, now, there)
            made = instance.id if instance else self._simulation.key_of(name, given, cast.caller, now)
        except (ExpressionFailed, Unfit):
            return None
        move = Move(name, cast.instance, cast.person, cast.caller.roles, body, wait)
        return _Attempt(move, outcome, made or sample_id(f"journey {cast.instance}"), now)

    def _read(self, aggregate: str, instance_id: str | None, world: _World) -> Instance | None:
        names = _instance_names(self._simulation.aggregates[aggregate])
        found = (world.instances[name] for name in names if name in world.instances)
        return next((instance for instance in found if instance.id == instance_id), None)

    def _around(self, world: _World, command: ResolvedCommand, cast: _Cast, wait: int = 0) -> Surroundings:
        now = world.now + timedelta(seconds=wait + 1)
        states = {name: self._simulation.state(self._kinds[name], found) for name, found in world.instances.items()}
        roots: dict[str, Any] = {"caller": {"id": cast.caller.id, "roles": cast.caller.roles}, "now": now, **states}
        if cast.instance in states:
            roots["state"] = states[cast.instance]
        for read in command.reads:
            alias = self._simulation.aggregates[read.aggregate].names.snake
            if alias in states:
                roots[read.name] = states[alias]
        tokens = {found: f"${name}" for name, found in PEOPLE.items()}
        tokens |= {found.id: f"${name}" for name, found in world.instances.items()}
        return Surroundings(roots, tokens, now)

    def _shown(self, attempt: _Attempt, world: _World, cast: _Cast) -> _World | None:
        """Note what an attempt shows, and give the world after it; nothing when it changes nothing."""
        after = self._after(world, attempt)
        name, outcome = attempt.move.command, attempt.outcome
        way = (*world.moves, attempt.move)
        if self._simulation.commands[name].aggregate == self._aggregate.names.pascal:
            self._note(name, outcome, way, after, cast)
        if after is not None:
            self._bodies.setdefault(name, attempt.move.body)
        if after is not None and cast.instance in world.instances:
            self._accepted.setdefault(name, (after, cast))
        return after

    def _after(self, world: _World, attempt: _Attempt) -> _World | None:
        name = attempt.move.instance
        instance = world.instances.get(name)
        try:
            for happened in attempt.outcome.events:
                instance = self._simulation.evolve(instance, happened, attempt.instance_id, attempt.now)
        except ExpressionFailed:
            return None
        if instance is None or not attempt.outcome.events:
            return None
        taken = any(found.id == instance.id for other, found in world.instances.items() if other != name)
        if taken:
            return None
        return _World({**world.instances, name: instance}, (*world.moves, attempt.move), attempt.now)

    def _note(self, name: str, outcome: Outcome, way: Journey, after: _World | None, cast: _Cast) -> None:
        if outcome.refusal is not None:
            self._reach(("refusal", name, outcome.refusal), self.found.refusals, f"{name}.{outcome.refusal}", way)
            return
        if outcome.events or not self._simulation.commands[name].emits:
            self._reach(("command", name, ""), self.found.commands, name, way)
        for happened in outcome.events:
            self._reach(("event", name, happened.event), self.found.events, happened.event, way)
        if after is not None:
            status = after.instances[cast.instance].status or EXISTS
            self._reach(("state", "", status), self.found.states, status, way)

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


def _instance_names(aggregate: ResolvedAggregate) -> tuple[str, str]:
    """Give what a journey calls the instances of an aggregate."""
    return aggregate.names.snake, f"other_{aggregate.names.snake}"


def _callers(command: ResolvedCommand) -> Iterator[tuple[str, Caller]]:
    """Give who may call: a person with each of the roles, somebody else; the system, where nobody can."""
    if command.route is None:
        yield "system", SYSTEM
        return
    roles: list[tuple[str, ...]] = [(role,) for role in command.access.roles]
    roles = roles or [()]
    yield from (("caller", Caller(PEOPLE["caller"], role)) for role in roles)
    yield "other", Caller(PEOPLE["other"], roles[0])


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


def _look(instance: Instance, world: _World) -> tuple[Any, ...]:
    """Give what tells instances apart: status, what is there, how long lists are, how large numbers, whose ids."""
    names = {found: name for name, found in PEOPLE.items()} | {one.id: name for name, one in world.instances.items()}
    return (instance.status, *(_rough(value, names, world.now) for _, value in sorted(instance.fields.items())))


def _rough(value: object, names: Mapping[str, str], now: datetime) -> object:
    match value:
        case bool() | None:
            return value
        case tuple():
            return min(len(value), 3)
        case str():
            return names.get(value, "text")
        case int():
            return min(value, 4)
        case datetime():
            return value > now
        case date():
            return value > now.date()
        case _:
            return str(type(value))
