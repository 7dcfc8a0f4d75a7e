"""Bodies worth trying for a command: the valid sample, and variations of what its rules look at."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, islice
from typing import Any

import msgspec

from skafu.blueprint.expressions import (
    Checked,
    ExpressionFailed,
    Money,
    Node,
    encode_value,
    evaluate,
    path_of,
    roots_of,
    walk,
)
from skafu.blueprint.expressions.nodes import Binary, Call, Text
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import ResolvedCommand, ResolvedField
from skafu.blueprint.samples import JsonValue
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, Type

Path = tuple[str, ...]
Body = dict[str, JsonValue]
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
_DAY = 86_400
_TIMES = (60, 3_600, _DAY, 30 * _DAY, 400 * _DAY, -60, -_DAY, -400 * _DAY)
_WAITS = (60, 3_600, _DAY, 8 * _DAY, 32 * _DAY, 400 * _DAY)
MAX_ITEMS = 120


class Surroundings(msgspec.Struct, frozen=True):
    """What a body may refer to.

    Attributes:
        roots: the values of `state`, `caller`, `now` and the reads; without `command`.
        tokens: ids of people and instances, and the words that stand for them in a journey: `$order`.
        now: the time of the move.
    """

    roots: Mapping[str, Any]
    tokens: Mapping[str, str]
    now: datetime


class Variations:
    """The bodies to try for one command, whose rules are read once."""

    def __init__(
        self, command: ResolvedCommand, value_types: Mapping[str, tuple[ResolvedField, ...]], looked_at: Collection[str]
    ) -> None:
        """Find the fields that rules look at, and what they are compared with.

        Args:
            command: whose bodies are made.
            value_types: the fields of each value type.
            looked_at: fields of the state that rules of any command look at; giving them other values may open ways.
        """
        self._command = command
        self._lasting: list[Path] = [(field.name,) for field in command.fields if field.name in looked_at]
        self._value_types = value_types
        rules = list(_rules(command))
        emitted = (value.value for emit in command.emits for value in emit.values)
        self.looks_at_caller = any("caller" in roots_of(rule.node) for rule in (*rules, *emitted))
        self.looks_at_time = any("now" in roots_of(rule.node) for rule in rules)
        self._watched = sorted({path[1:] for rule in rules for path in _command_paths(rule.node)})
        self._compared = [pair for rule in rules for pair in _comparisons(rule)]
        texts = (node.value for rule in rules for node in walk(rule.node) if isinstance(node, Text))
        self._texts = tuple(dict.fromkeys(texts))

    def bodies(self, around: Surroundings, limit: int) -> Iterator[Body]:
        """Give bodies for the command's own rules: the sample, then one field varied, then two and three."""
        return islice(self._varied(self._watched, around, 3), limit)

    def lasting(self, around: Surroundings, limit: int, accepted: Body | None) -> Iterator[Body]:
        """Give bodies that leave another state behind, one that other rules may look at.

        Args:
            around: what they may refer to.
            limit: how many.
            accepted: a body that was accepted before, to vary.
        """
        return islice(self._varied(self._lasting, around, 1, accepted), limit)

    def _varied(
        self, watched: Sequence[Path], around: Surroundings, most: int, start: Body | None = None
    ) -> Iterator[Body]:
        base = start or self._base(around)
        yield base
        options = [
            (rank, path, value) for path in watched for rank, value in enumerate(self._options(path, base, around))
        ]
        for count in range(1, most + 1):
            changes = (found for found in combinations(options, count) if len({path for _, path, _ in found}) == count)
            for change in sorted(changes, key=lambda found: sum(rank for rank, _, _ in found)):
                body = base
                for _, path, value in change:
                    body = _with(body, path, value)
                yield body

    def _base(self, around: Surroundings) -> Body:
        """Give the samples, with what the rule of access asks for."""
        body: Body = {field.name: self._natural(field.valid, field.type, around) for field in self._command.fields}
        for path, value in self._asked(around):
            body = _with(body, path, _token(value, around))
        return body

    def _asked(self, around: Surroundings) -> Iterator[tuple[Path, Any]]:
        """Give the fields that the rule of access wants to equal something, and that."""
        allow = self._command.access.allow
        for node, checked in _comparisons(allow) if allow else ():
            if node.operator == "==":
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    path = path_of(one)
                    if path and path[0] == "command" and path[1:] in self._watched and "command" not in roots_of(other):
                        value = _evaluated(other, checked, around)
                        if value is not None:
                            yield path[1:], value

    def _options(self, path: Path, base: Body, around: Surroundings) -> list[JsonValue]:
        field = self._field(path)
        if field is None:
            return ["USD", "GBP"] if path[-1] == "currency" else []
        near, known, any_ = self._matching(path, around), _harvested(path[-1], around), self._generic(field, around)
        found = [*near, *any_, *known] if _is_number(field.type) else [*near, *known, *any_]
        plain = [_token(value, around) for value in found]
        current = _at(base, path)
        return [value for at, value in enumerate(plain) if value != current and value not in plain[:at]]

    def _matching(self, path: Path, around: Surroundings) -> Iterator[JsonValue]:
        """Give what makes comparisons with this field turn: the other side, and its neighbours."""
        for node, checked in self._compared:
            for one, other in ((node.left, node.right), (node.right, node.left)):
                measured, own = _measured(one)
                if own != ("command", *path) or "command" in roots_of(other):
                    continue
                value = _evaluated(other, checked, around)
                yield from self._sized(path, value) if measured else _neighbours(value)

    def _sized(self, path: Path, size: object) -> Iterator[JsonValue]:
        field = self._field(path)
        if field is None or not isinstance(size, int):
            return
        for length in (size, size + 1, size - 1):
            if 0 <= length <= MAX_ITEMS:
                yield _of_length(field.valid, length)

    def _generic(self, field: ResolvedField, around: Surroundings) -> Iterator[JsonValue]:
        inner = field.type.item if isinstance(field.type, Maybe) else field.type
        match inner:
            case OneOf(options):
                yield from options
            case ListOf():
                yield from (_of_length(field.valid, length) for length in (0, 2, 3))
            case Ref() | Scalar("id"):
                yield from around.tokens.values()
            case Scalar("boolean"):
                yield from (True, False)
            case Scalar("text"):
                yield from self._texts
            case Scalar("datetime"):
                yield from (f"$now{seconds:+d}" for seconds in _TIMES)
            case Scalar("date"):
                yield from (f"$today{seconds // _DAY:+d}" for seconds in _TIMES if abs(seconds) >= _DAY)
            case Scalar("integer" | "decimal" | "money"):
                yield from _scaled(field)
        if isinstance(field.type, Maybe):
            yield None

    def _natural(self, value: JsonValue, type_: Type, around: Surroundings) -> JsonValue:
        """Let ids of aggregates that the journey has made stand for themselves."""
        match type_:
            case Maybe(item):
                return self._natural(value, item, around)
            case ListOf(item) if isinstance(value, list):
                return [self._natural(part, item, around) for part in value]
            case Record(name) if isinstance(value, dict):
                types = {field.name: field.type for field in self._value_types.get(name, ())}
                return {key: self._natural(part, types[key], around) for key, part in value.items()}
            case Ref(aggregate) if f"${names_of(aggregate).snake}" in around.tokens.values():
                return f"${names_of(aggregate).snake}"
        return value

    def _field(self, path: Path) -> ResolvedField | None:
        fields = self._command.fields
        found: ResolvedField | None = None
        for name in path:
            found = next((field for field in fields if field.name == name), None)
            if found is None:
                return None
            inner = found.type.item if isinstance(found.type, Maybe) else found.type
            fields = self._value_types.get(inner.name, ()) if isinstance(inner, Record) else ()
        return found


def looked_at(commands: Iterable[ResolvedCommand]) -> set[str]:
    """Give the names of the fields of states that rules of commands look at."""
    rules = (rule.node for command in commands for rule in _rules(command))
    paths = (path_of(node) for rule in rules for node in walk(rule))
    return {path[1] for path in paths if path and len(path) > 1 and path[0] not in {"command", "caller"}}


def waits(around: Surroundings) -> list[int]:
    """Give seconds worth waiting: until just before, at and after each time that the state tells, and then a while."""
    times = [moment for root, value in around.roots.items() if root != "now" for moment in _moments(value)]
    ahead = [int((moment - around.now).total_seconds()) + shift for moment in times for shift in (-30, 0, 60)]
    return list(dict.fromkeys((0, *(seconds for seconds in sorted(ahead) if seconds > 0), *_WAITS)))


def _moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _moments(part)


def _rules(command: ResolvedCommand) -> Iterator[Checked]:
    if command.access.allow:
        yield command.access.allow
    yield from (invariant.rule for invariant in command.invariants)
    yield from (emit.condition for emit in command.emits if emit.condition)
    yield from (read.id for read in command.reads)


def _command_paths(node: Node) -> Iterator[Path]:
    """Give the longest chains of names that start at the command; parts that only lead on to others are left out."""
    paths = {path for found in walk(node) if (path := path_of(found)) and path[0] == "command" and len(path) > 1}
    return (path for path in paths if not any(other[: len(path)] == path and other != path for other in paths))


def _comparisons(rule: Checked) -> Iterator[tuple[Binary, Checked]]:
    return ((node, rule) for node in walk(rule.node) if isinstance(node, Binary) and node.operator in _COMPARISONS)


def _measured(node: Node) -> tuple[bool, Path | None]:
    """Whether a node is the size of something, and the path that it is (the size) of."""
    if isinstance(node, Call) and node.function == "size":
        return True, path_of(node.arguments[0])
    return False, path_of(node)


def _evaluated(node: Node, checked: Checked, around: Surroundings) -> Any:  # noqa: ANN401
    """Work out a part of an expression; nothing where it has no value here."""
    try:
        return evaluate(msgspec.structs.replace(checked, node=node), around.roots)
    except ExpressionFailed:
        return None


def _neighbours(value: object) -> Iterator[Any]:
    """Give a value and the ones just above and below it."""
    if value is not None:
        yield value
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case Decimal():
            yield from (math.ceil(value), value + 1, value - 1)
        case Money(amount, currency):
            yield from (Money(amount + 1, currency), Money(amount - 1, currency))
        case datetime():
            yield from (value + timedelta(seconds=60), value - timedelta(seconds=60))
        case date():
            yield from (value + timedelta(days=1), value - timedelta(days=1))


def _harvested(name: str, around: Surroundings) -> Iterator[Any]:
    """Give what the surroundings call by the same name: the `task_id` of each task of a list."""
    for root, value in around.roots.items():
        if root not in {"caller", "now"}:
            yield from _named(name, value)


def _named(name: str, value: object) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if value.get(name) is not None:
            yield value[name]
        for part in value.values():
            yield from _named(name, part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _named(name, part)


def _is_number(type_: Type) -> bool:
    inner = type_.item if isinstance(type_, Maybe) else type_
    return isinstance(inner, Scalar) and inner.name in {"integer", "decimal", "money"}


def _scaled(field: ResolvedField) -> Iterator[JsonValue]:
    is_money = isinstance(field.valid, dict)
    amount = field.valid["amount"] if is_money else field.valid
    scaled = (1, *(int(amount * factor) for factor in (2, 10, 100, 1000)), 0, -1)
    for value in scaled:
        if (field.min is None or value >= field.min) and (field.max is None or value <= field.max):
            yield {**field.valid, "amount": value} if is_money else value


def _of_length(valid: JsonValue, length: int) -> JsonValue:
    if isinstance(valid, str):
        return "x" * length
    return [valid[at % len(valid)] for at in range(length)] if valid else []


def _token(value: object, around: Surroundings) -> JsonValue:
    """Write a value as a journey does: ids of people and instances by name, times from now on."""
    match value:
        case str():
            return around.tokens.get(value, value)
        case datetime():
            return f"$now{int((value - around.now).total_seconds()):+d}"
        case date():
            return f"$today{(value - around.now.date()).days:+d}"
        case list() | tuple():
            return [_token(part, around) for part in value]
        case Mapping():
            return {key: _token(part, around) for key, part in value.items()}
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return encode_value(value)


def _with(body: Body, path: Path, value: JsonValue) -> Body:
    name, *rest = path
    inner = body.get(name)
    if rest and isinstance(inner, dict):
        return {**body, name: _with(inner, tuple(rest), value)}
    return {**body, name: value}


def _at(body: Body, path: Iterable[str]) -> JsonValue:
    here: JsonValue = body
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    return here
