"""Journeys in which amounts of two currencies meet: what adds them up has to refuse, not to break."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from skafu.blueprint.resolved import Journey, Move
from skafu.blueprint.simulation import DIFFERENT_CURRENCIES, Simulation
from skafu.proof.driving.freshness import exclusive_fields, fresh_value
from skafu.proof.driving.rehearsing import rehearse, with_body

_OTHER = "USD"
_AGAIN = "_in_dollars"
"""What the second of two instances is called besides."""


def currency_journey(simulation: Simulation, journey: Journey) -> Journey | None:
    """Give a variation of a journey whose last move is refused because of two currencies, where there is one.

    Args:
        simulation: of the service.
        journey: whose last move is accepted.
    """
    for changed in _variations(simulation, journey):
        rehearsal = rehearse(simulation, changed)
        if rehearsal and rehearsal.outcome.refusal == DIFFERENT_CURRENCIES:
            return changed
    return None


def _variations(simulation: Simulation, journey: Journey) -> Iterator[Journey]:
    for place, move in enumerate(journey):
        for name, value in move.body.items():
            if (other := _in_dollars(value)) == value:
                continue
            yield with_body(journey, place, {name: other})
            if isinstance(value, list):
                yield with_body(journey, place, {name: [*value, *other]})
        if _in_dollars(move.body) != move.body and move.instance != journey[-1].instance:
            yield _with_another(simulation, journey, move.instance)


def _with_another(simulation: Simulation, journey: Journey, instance: str) -> Journey:
    """Give a journey with a second instance in dollars, and what is done with the first done with it, too."""
    moves: list[Move] = []
    for place, move in enumerate(journey):
        moves.append(move)
        named = f"${instance}" in repr(move.body) and not simulation.commands[move.command].creates
        if move.instance == instance:
            moves.append(replace(move, instance=f"{instance}{_AGAIN}", body=_in_dollars(_unlike(simulation, move))))
        elif named and place < len(journey) - 1:
            moves.append(replace(move, body=_in_dollars(_renamed(move.body, instance))))
    return tuple(moves)


def _unlike(simulation: Simulation, move: Move) -> dict[str, Any]:
    """Give a body without the values that only one instance may have."""
    command = simulation.commands[move.command]
    exclusive = exclusive_fields(simulation.aggregates[command.aggregate]) if command.creates else ()
    fresh = {
        field.name: fresh_value(field, move.body[field.name], 1)
        for field in command.fields
        if field.name in exclusive and move.body.get(field.name) is not None
    }
    return {**move.body, **fresh}


def _renamed(value: Any, instance: str) -> Any:  # noqa: ANN401
    match value:
        case dict():
            return {key: _renamed(part, instance) for key, part in value.items()}
        case list():
            return [_renamed(part, instance) for part in value]
        case _:
            return f"{value}{_AGAIN}" if value == f"${instance}" else value


def _in_dollars(value: Any) -> Any:  # noqa: ANN401
    """Give a JSON value with every amount of money in the other currency."""
    match value:
        case {"amount": amount, "currency": str()}:
            return {"amount": amount, "currency": _OTHER}
        case dict():
            return {key: _in_dollars(part) for key, part in value.items()}
        case list():
            return [_in_dollars(part) for part in value]
        case _:
            return value
