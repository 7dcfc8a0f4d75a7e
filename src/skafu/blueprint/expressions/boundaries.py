"""Finds the values at which the conditions of an expression turn, for tests of both sides."""

import operator
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from skafu.blueprint.expressions.checked import Checked
from skafu.blueprint.expressions.errors import ExpressionFailed
from skafu.blueprint.expressions.evaluator import evaluate
from skafu.blueprint.expressions.kinds import DATE, DECIMAL, INTEGER, MONEY, Kind, is_ordered, present
from skafu.blueprint.expressions.money import Money
from skafu.blueprint.expressions.nodes import (
    Binary,
    BinaryOperator,
    Call,
    Loop,
    Node,
    Path,
    children,
    path_of,
    roots_of,
)
from skafu.blueprint.expressions.values import Value

Measure = Literal["value", "size", "amount"]
Limit = int | Decimal | Money | timedelta
_HOLDS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TURNED: dict[str, BinaryOperator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CENT = Decimal("0.01")


class Case(msgspec.Struct, frozen=True):
    """A value just below, at or just above the limit, and whether the comparison then holds."""

    value: Limit
    holds: bool


class Boundary(msgspec.Struct, frozen=True):
    """One comparison in an expression: `measure(path) operator other + limit`.

    `path` is what a test varies: `("command", "lines")`; `"*"` stands for every item of a list:
    `("command", "lines", "*", "quantity")`. `measure` says what is compared: the value, the `size` of the list or text,
    or the `amount` of money in minor units. Without `other`, `limit` and the values of `cases` are what is measured;
    with it, they are to be added to the `other_measure` of that path (dates: as timedelta, amounts: as minor units).
    `at` is the operator's offset.
    """

    path: Path
    measure: Measure
    operator: BinaryOperator
    limit: Limit
    other: Path | None
    cases: tuple[Case, ...]
    at: int
    other_measure: Measure = "value"


class _Place(msgspec.Struct, frozen=True):
    path: Path
    measure: Measure
    node: Node


class _Sum(msgspec.Struct, frozen=True):
    """A side of a comparison as places that count once, places that are taken off, and a constant."""

    plus: tuple[_Place, ...] = ()
    minus: tuple[_Place, ...] = ()
    constant: Value = None

    def less(self, other: "_Sum") -> "_Sum":
        """The difference of two sums."""
        return _Sum(self.plus + other.minus, self.minus + other.plus, _added(self.constant, _negative(other.constant)))


def boundaries(checked: Checked) -> tuple[Boundary, ...]:
    """Find the comparisons of numbers, sizes, amounts and dates in an expression.

    Args:
        checked: a condition, or any expression with conditions in it.

    Returns:
        One boundary per comparison of one path with a constant or with one other path, possibly plus a constant
        (`now - state.placed_at < duration("3 days")`); others are left out. In the order of the text.
    """
    found: list[Boundary] = []
    _Finder(checked).collect(checked.node, {}, found)
    return tuple(sorted(found, key=lambda boundary: boundary.at))


class _Finder:
    """Looks through one expression."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def collect(self, node: Node, items: Mapping[str, Path], found: list[Boundary]) -> None:
        """Collect the boundaries in a node; `items` are the paths that variables of loops go through."""
        match node:
            case Binary(symbol) if symbol in _HOLDS:
                found += self._boundary(node, items)
            case Loop(_, over, variable, body):
                self.collect(over, items, found)
                path = self._path(over, items)
                self.collect(body, {**items, variable: (*path, "*") if path else ()}, found)
            case _:
                for child in children(node):
                    self.collect(child, items, found)

    def _boundary(self, node: Binary, items: Mapping[str, Path]) -> list[Boundary]:
        left, right = self._sum(node.left, items), self._sum(node.right, items)
        if left is None or right is None:
            return []
        try:
            difference = left.less(right)
        except ValueError:
            return []
        places = [*left.plus, *left.minus, *right.plus, *right.minus]
        if len(places) not in (1, 2) or len(places) != len({(place.path, place.measure) for place in places}):
            return []
        varied = next((place for place in places if place.path != ("now",)), places[0])
        others = [place for place in places if place is not varied]
        turned = varied in difference.minus
        same_side = bool(others) and (others[0] in difference.minus) == turned
        if same_side or not self._measured(varied):
            return []
        return self._solved(node, difference, varied, others[0] if others else None, turned=turned)

    def _solved(
        self, node: Binary, difference: _Sum, varied: _Place, other: _Place | None, *, turned: bool
    ) -> list[Boundary]:
        """Write `difference operator 0` as `varied operator other + limit`."""
        constant = difference.constant if turned else _negative(difference.constant)
        symbol = _TURNED[node.operator] if turned else node.operator
        measure = varied.measure
        if self._kind(varied) == MONEY and measure == "value" and not isinstance(constant, Money):
            measure = "amount"
        elif isinstance(constant, Money) and other is not None:
            measure, constant = "amount", constant.amount
        step = self._step(varied, measure, constant)
        limit = type(step)() if constant is None and not isinstance(step, Money) else constant
        if limit is None:
            return []
        cases = tuple(Case(value, bool(_HOLDS[symbol](value, limit))) for value in (limit - step, limit, limit + step))
        if measure == "size" and other is None:
            cases = tuple(case for case in cases if not isinstance(case.value, int) or case.value >= 0)
        if other is None:
            return [Boundary(varied.path, measure, symbol, limit, None, cases, node.at)]
        other_measure = measure if measure == "amount" else other.measure
        return [Boundary(varied.path, measure, symbol, limit, other.path, cases, node.at, other_measure)]

    def _kind(self, place: _Place) -> Kind | None:
        kind = self._checked.types.get(place.node.at)
        return None if kind is None else present(kind)

    def _measured(self, place: _Place) -> bool:
        kind = self._kind(place)
        return place.measure == "size" or (kind is not None and is_ordered(kind))

    def _step(self, place: _Place, measure: Measure, constant: Limit | None) -> Value:
        """The smallest difference that a test can make."""
        kind = self._kind(place)
        if measure in {"size", "amount"}:
            return 1
        if isinstance(constant, Money):
            return Money(1, constant.currency)
        if kind == DECIMAL:
            exponent = constant.as_tuple().exponent if isinstance(constant, Decimal) else 0
            return min(_CENT, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else _CENT
        if kind == INTEGER:
            return 1
        return timedelta(days=1) if kind == DATE else timedelta(seconds=1)

    def _path(self, node: Node, items: Mapping[str, Path]) -> Path:
        """The path of a node from a root, with "*" for items; empty when it has none."""
        path = path_of(node)
        if path is None:
            return ()
        if path[0] not in items:
            return path
        return (*items[path[0]], *path[1:]) if items[path[0]] else ()

    def _sum(self, node: Node, items: Mapping[str, Path]) -> _Sum | None:
        if path := self._path(node, items):
            return _Sum(plus=(_Place(path, "value", node),))
        match node:
            case Call("size", (over,)) if path := self._path(over, items):
                return _Sum(plus=(_Place(path, "size", over),))
            case _ if not roots_of(node):
                return self._constant(node)
            case Binary("+" | "-" as symbol, left, right):
                one, other = self._sum(left, items), self._sum(right, items)
                if one is None or other is None:
                    return None
                return one.less(other) if symbol == "-" else one.less(_Sum().less(other))
            case _:
                return None

    def _constant(self, node: Node) -> _Sum | None:
        try:
            value = evaluate(msgspec.structs.replace(self._checked, node=node), {})
        except ExpressionFailed:
            return None
        return _Sum(constant=value) if isinstance(value, Limit) and not isinstance(value, bool) else None


def _added(one: Value, other: Value) -> Value:
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, Money) and isinstance(other, int):
        return Money(one.amount + other, one.currency)
    return _added(other, one) if isinstance(other, Money) and isinstance(one, int) else one + other


def _negative(constant: Value) -> Value:
    return None if constant is None else -constant
