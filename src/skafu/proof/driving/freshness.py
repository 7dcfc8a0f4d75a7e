"""New values in place of samples, where no two instances may have the same."""

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from string import ascii_lowercase
from typing import Any

from msgspec.structs import replace

from skafu.blueprint.expressions import Checked, roots_of
from skafu.blueprint.resolved import Journey, ResolvedAggregate, ResolvedCommand, ResolvedField, ResolvedService
from skafu.blueprint.types import Maybe, Ref, Scalar

_APART = 500_000
"""How far apart the numbers of two instances are that one journey creates."""


def fresh_value(field: ResolvedField, value: Any, number: int) -> Any:  # noqa: ANN401
    """Give another valid value for a field.

    Args:
        field: whose type and limits it keeps to.
        value: a valid one (JSON).
        number: one that was not used before.

    Returns:
        The value itself where the type has no other.
    """
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    match inner:
        case Ref() | Scalar("id" | "file"):
            return str(uuid.uuid4())
        case Scalar("email"):
            return f"n{number}.{value}"
        case Scalar("url"):
            return f"{value}/{number}"
        case Scalar("phone"):
            return f"+44{number:010d}"
        case Scalar("text"):
            return _text(field, str(value), number)
        case Scalar("integer" | "decimal"):
            return value + number if field.max is None else min(value + number, field.max)
        case Scalar("date"):
            return (date.fromisoformat(value) + timedelta(days=number % 100_000)).isoformat()
        case Scalar("datetime"):
            return (datetime.fromisoformat(value) + timedelta(seconds=number)).isoformat()
        case _:
            return value


def with_offset(fields: dict[str, Any], of: Iterable[ResolvedField]) -> dict[str, Any]:
    """Give the fields of a command with the same moments, written as people east of Greenwich do."""
    zone = timezone(timedelta(hours=5, minutes=30))
    moments = [field.name for field in of if field.type in (Scalar("datetime"), Maybe(Scalar("datetime")))]
    moved = {
        name: datetime.fromisoformat(fields[name]).astimezone(zone).isoformat()
        for name in moments
        if fields.get(name) is not None
    }
    return {**fields, **moved}


def _text(field: ResolvedField, value: str, number: int) -> str:
    if field.pattern is None:
        room = len(value) + len(str(number)) + 1 if field.max is None else int(field.max)
        return f"{value[: max(0, room - len(str(number)) - 1)]} {number}"[-room:].strip()
    for changed in _with_digits(value, number):
        if re.fullmatch(field.pattern, changed):
            return changed
    for written in (str(number), _letters(number)):
        for between in ("", "_", "-", " "):
            room = len(value) if field.max is None else int(field.max) - len(between) - len(written)
            changed = f"{value[: max(0, room)]}{between}{written}"
            if re.fullmatch(field.pattern, changed) and (field.max is None or len(changed) <= field.max):
                return changed
    return value


def _letters(number: int) -> str:
    """Write a number in letters: `a`, ..., `z`, `ba`."""
    rest, last = divmod(number, len(ascii_lowercase))
    return (_letters(rest) if rest else "") + ascii_lowercase[last]


def _with_digits(value: str, number: int) -> Iterator[str]:
    """Write a number over the digits of a text, from its end, as many of them as there are; never the same text."""
    places = [place for place, character in enumerate(value) if character.isdigit()]
    for kept in range(len(places)):
        free = places[kept:]
        known = int("".join(value[place] for place in free))
        other = number % (10 ** len(free) - 1)
        digits = str(other + (other >= known)).zfill(len(free))
        changed = list(value)
        for place, digit in zip(free, digits, strict=True):
            changed[place] = digit
        yield "".join(changed)


def exclusive_fields(aggregate: ResolvedAggregate) -> set[str]:
    """Give the fields of which no two instances may have the same values."""
    return {*aggregate.key, *(name for names in aggregate.unique for name in names)}


def is_tied_to_caller(service: ResolvedService) -> bool:
    """Whether one person can't create two of something, because the person's id is part of what is exclusive."""
    return any(
        "caller" in roots_of(value.node)
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.creates
        for value in _exclusive_values(aggregate, command)
    )


def _exclusive_values(aggregate: ResolvedAggregate, command: ResolvedCommand) -> Iterator[Checked]:
    exclusive = exclusive_fields(aggregate)
    yield from (one.value for one in command.key)
    yield from (one.value for emit in command.emits for one in emit.values if one.field in exclusive)


def freshened(journey: Journey, service: ResolvedService, number: int) -> Journey:
    """Give a journey in which the instances that it creates are different from all others.

    Args:
        journey: as it was found, with samples.
        service: that it is played in.
        number: one that was not used before.
    """
    changes: dict[Any, Any] = {}
    commands = {one.names.pascal: (of, one) for of in service.aggregates for one in of.commands}
    for move in journey:
        aggregate, command = commands[move.command]
        for field in command.fields:
            value = move.body.get(field.name)
            if command.creates and field.name in exclusive_fields(aggregate) and _is_plain(value):
                other = number + _APART * sum(name == field.name for name, _ in changes)
                changes.setdefault((field.name, value), fresh_value(field, value, other))
    return tuple(replace(move, body=_changed(move.body, changes)) for move in journey)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not (isinstance(value, str) and value.startswith("$"))


def _changed(body: dict[str, Any], changes: dict[Any, Any]) -> dict[str, Any]:
    return {name: changes.get((name, value), value) if _is_plain(value) else value for name, value in body.items()}
