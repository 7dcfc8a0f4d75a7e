"""Journeys in which what a rule compares lies just inside, at, or just outside of its limit."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from skafu.blueprint.expressions import Checked, encode_value
from skafu.blueprint.expressions.boundaries import Boundary, boundaries
from skafu.blueprint.resolved import Journey
from skafu.blueprint.simulation import Instance, Simulation
from skafu.proof.driving.rehearsing import rehearse, with_body

_LONGEST = 2_000
_CLOCK_MARGIN = 60


def boundary_journeys(simulation: Simulation, journey: Journey, rule: Checked) -> Iterator[tuple[str, Journey]]:
    """Give a journey for each value at which a comparison of a rule turns, with words for people.

    Args:
        simulation: of the service.
        journey: whose last move is a command with the rule.
        rule: a condition of that command.
    """
    rehearsal = rehearse(simulation, journey)
    if rehearsal is None:
        return
    roots = _roots(simulation, journey, rehearsal.before)
    for boundary in boundaries(rule):
        for case in boundary.cases:
            changed = _changed(journey, boundary, case.value, roots)
            if changed is not None:
                yield f"{'.'.join(boundary.path)} {boundary.operator} at {encode_value(case.value)}", changed


def _roots(simulation: Simulation, journey: Journey, instances: Mapping[str, Instance]) -> dict[str, Any]:
    """Give what a rule of the last move sees of its instance and of the others, as JSON."""
    last = journey[-1]
    command = simulation.commands[last.command]
    aggregates = {move.instance: simulation.aggregates[simulation.commands[move.command].aggregate] for move in journey}
    roots = {name: encode_value(simulation.state(aggregates[name], instance)) for name, instance in instances.items()}
    if last.instance in roots and not command.creates:
        roots["state"] = roots[last.instance]
    for read in command.reads:
        snake = simulation.aggregates[read.aggregate].names.snake
        if snake in roots:
            roots[read.name] = roots[snake]
    return {**roots, "command": last.body}


def _changed(journey: Journey, boundary: Boundary, value: Any, roots: Mapping[str, Any]) -> Journey | None:  # noqa: ANN401
    path, other = boundary.path, boundary.other
    if path[0] == "command":
        offset = None if other is None else _at(roots, other)
        if other == ("now",):
            return _set(journey, path[1:], _from_now(value))
        wanted = _wanted(boundary.measure, value, offset, _at(roots, path), has_other=other is not None)
    elif other is not None and other[0] == "command":
        # What the rule calls the other side can be varied as well, in the opposite direction.
        wanted = _wanted(boundary.measure, -value, _at(roots, path), _at(roots, other), has_other=True)
        path = other
    else:
        return _earlier(journey, path, boundary.measure, value, roots) if other is None else None
    return None if wanted is None else _set(journey, path[1:], wanted)


def _earlier(
    journey: Journey,
    path: tuple[str, ...],
    measure: str,
    value: Any,  # noqa: ANN401
    roots: Mapping[str, Any],
) -> Journey | None:
    """Change the move that gave the state a field of the same name, where there is one."""
    name = path[-1]
    wanted = _wanted(measure, value, None, _at(roots, path), has_other=False)
    for place in range(len(journey) - 2, -1, -1):
        if wanted is not None and len(path) > 1 and name in journey[place].body:
            return with_body(journey, place, {name: wanted})
    return None


def _wanted(measure: str, value: Any, other: Any, current: Any, *, has_other: bool) -> Any:  # noqa: ANN401
    """Give the JSON value that measures so much; nothing where that cannot be said."""
    if has_other and other is None:
        return None
    try:
        match measure:
            case "size":
                return _of_size(current, int(value) + (len(other) if has_other else 0))
            case "amount":
                amount = int(value) + (int(other["amount"]) if has_other else 0)
                return {**current, "amount": amount} if isinstance(current, dict) else None
            case _:
                return _sum(value, other) if has_other else encode_value(value)
    except (TypeError, ValueError, KeyError):
        return None


def _sum(value: Any, other: Any) -> Any:  # noqa: ANN401
    if isinstance(value, timedelta):
        moment = date.fromisoformat(other) if len(other) == len("2026-01-01") else datetime.fromisoformat(other)
        return (moment + value).isoformat()
    if isinstance(other, str):
        return encode_value(type(value)(other) + value)
    return encode_value(value + other)


def _from_now(value: Any) -> str | None:  # noqa: ANN401
    """Write a time so far from now; the clock moves on, so that a second more or less cannot be told."""
    if not isinstance(value, timedelta):
        return None
    seconds = int(value.total_seconds())
    return f"$now{seconds + (_CLOCK_MARGIN if seconds >= 0 else -_CLOCK_MARGIN):+d}"


def _of_size(current: Any, size: int) -> Any:  # noqa: ANN401
    if size < 0 or size > _LONGEST or not isinstance(current, str | list) or (size and not current):
        return None
    if isinstance(current, str):
        return "x" * size
    return [current[place % len(current)] for place in range(size)]


def _at(roots: Mapping[str, Any], path: tuple[str, ...]) -> Any:  # noqa: ANN401
    here: Any = roots
    for name in path:
        if name == "*":
            here = here[0] if isinstance(here, list) and here else None
        else:
            here = here.get(name) if isinstance(here, Mapping) else None
    return here


def _set(journey: Journey, path: tuple[str, ...], value: Any) -> Journey | None:  # noqa: ANN401
    if value is None or not path:
        return None
    last = journey[-1]
    return with_body(journey, len(journey) - 1, {path[0]: _with(last.body.get(path[0]), path[1:], value)})


def _with(current: Any, path: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401
    if not path:
        return value
    name, *rest = path
    if name == "*":
        return [_with(item, tuple(rest), value) for item in current] if isinstance(current, list) else current
    inner = current if isinstance(current, dict) else {}
    return {**inner, name: _with(inner.get(name), tuple(rest), value)}
