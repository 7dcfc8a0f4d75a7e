"""Plays a journey in the simulation alone, to find out beforehand where a changed one leads."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from skafu.blueprint.expressions import ExpressionFailed
from skafu.blueprint.fitting import Unfit
from skafu.blueprint.resolved import Journey, Move, ResolvedCommand
from skafu.blueprint.samples import sample_id
from skafu.blueprint.simulation import SYSTEM, Caller, Instance, Outcome, Simulation, filled
from skafu.blueprint.types import ListOf, Maybe, Ref, Scalar, Type

PEOPLE = {"caller": sample_id("the caller"), "other": sample_id("somebody else")}
NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
CALLER_ID = "$caller"


class Rehearsal(msgspec.Struct, frozen=True):
    """Where a journey leads: what the last move leads to, and the instances before and after it."""

    outcome: Outcome
    before: dict[str, Instance]
    after: dict[str, Instance]


def rehearse(simulation: Simulation, journey: Journey) -> Rehearsal | None:
    """Play a journey in the simulation; nothing when it gets stuck before its last move."""
    instances: dict[str, Instance] = {}
    now, rehearsal = NOW, None
    for place, move in enumerate(journey):
        now += timedelta(seconds=move.wait + 1)
        outcome = _outcome(simulation, move, instances, now)
        if outcome is None or (outcome.refusal and place < len(journey) - 1):
            return None
        before, instances = instances, _after(simulation, move, outcome, instances, now)
        rehearsal = Rehearsal(outcome, before, instances)
    return rehearsal


def _outcome(simulation: Simulation, move: Move, instances: dict[str, Instance], now: datetime) -> Outcome | None:
    caller = SYSTEM if move.caller == "system" else Caller(PEOPLE[move.caller], move.roles)
    fields = filled(move.body, PEOPLE | {name: one.id for name, one in instances.items()}, now)
    command = simulation.commands[move.command]
    instance = None if command.creates else instances.get(move.instance)
    try:
        ids = simulation.read_ids(move.command, fields, instance, caller, now)
        by_id = {one.id: one for one in instances.values()}
        reads = {name: by_id[found] for name, found in ids.items() if found in by_id}
        return simulation.decide(move.command, fields, instance, caller, now, reads)
    except (ExpressionFailed, Unfit):
        return None


def _after(
    simulation: Simulation, move: Move, outcome: Outcome, instances: dict[str, Instance], now: datetime
) -> dict[str, Instance]:
    instance = instances.get(move.instance)
    own_id = instance.id if instance else sample_id(f"rehearsal of {move.instance}")
    for happened in outcome.events:
        instance = simulation.evolve(instance, happened, own_id, now)
    return instances if instance is None else {**instances, move.instance: instance}


def first_that(
    simulation: Simulation, journeys: Iterator[Journey], wanted: Callable[[Rehearsal], bool]
) -> Journey | None:
    """Give the first of some journeys that leads where it should."""
    for journey in journeys:
        rehearsal = rehearse(simulation, journey)
        if rehearsal and wanted(rehearsal):
            return journey
    return None


def as_owner(simulation: Simulation, journey: Journey) -> Iterator[Journey]:
    """Give a journey as it is, then with the caller's id in each field that could hold it, then in all of them."""
    yield journey
    changed = journey
    for place, move in enumerate(journey):
        for name in id_fields(simulation.commands[move.command]):
            if move.body.get(name) is not None:
                yield with_body(journey, place, {name: CALLER_ID})
                changed = with_body(changed, place, {name: CALLER_ID})
    yield changed


def detours(simulation: Simulation, journey: Journey) -> Iterator[Journey]:
    """Give journeys that are a little different: the last move twice, a move left out, another id in a field."""
    last = journey[-1]
    if not simulation.commands[last.command].creates:
        yield (*journey, last)
    for place in range(len(journey) - 1):
        if not simulation.commands[journey[place].command].creates:
            yield (*journey[:place], *journey[place + 1 :])
    for place, move in enumerate(journey):
        for name in id_fields(simulation.commands[move.command]):
            for one in (CALLER_ID, "$other", sample_id(f"another {name}")):
                yield with_body(journey, place, {name: one})


def with_body(journey: Journey, place: int, changes: dict[str, Any]) -> Journey:
    """Give a journey in which one move has other fields."""
    moves = list(journey)
    moves[place] = replace(moves[place], body={**moves[place].body, **changes})
    return tuple(moves)


def id_fields(command: ResolvedCommand) -> list[str]:
    """Give the fields of a command that hold an id."""
    return [field.name for field in command.fields if _is_id(field.type)]


def _is_id(type_: Type) -> bool:
    match type_:
        case Maybe(item):
            return _is_id(item)
        case ListOf():
            return False
        case Scalar(name):
            return name == "id"
        case Ref():
            return True
        case _:
            return False
