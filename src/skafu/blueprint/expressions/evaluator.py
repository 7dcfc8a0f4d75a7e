"""Works out the value of an expression: the reference for what generated code computes."""

import operator
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, localcontext
from typing import Any

from skafu.blueprint.expressions.checked import Checked
from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.expressions.errors import ExpressionFailed
from skafu.blueprint.expressions.kinds import DECIMAL, DURATION, MONEY, ExpressionType
from skafu.blueprint.expressions.money import Money
from skafu.blueprint.expressions.nodes import (
    Binary,
    Boolean,
    Call,
    Conditional,
    Index,
    Items,
    Loop,
    Member,
    Name,
    Node,
    Null,
    Number,
    Text,
    Unary,
    bounded,
)

MAX_STEPS = 1_000_000
"""How many nodes one evaluation may visit, the bodies of loops once per item."""

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, items: item in items,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": operator.mod,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "size": len,
    "first": lambda items: next(iter(items), None),
    "has": lambda value: value is not None,
    "contains": lambda text, part: part in text,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "text": str,
    "min": min,
    "max": max,
    "round": round,
    "money": Money,
    "duration": parse_duration,
    "date": lambda moment: moment.date(),
}


def evaluate(expression: Checked | Node, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Work out the value of an expression.

    Args:
        expression: a checked expression; or a bare tree, whose integers stay integers where decimals are expected.
        values: the values of the roots: mappings for what has fields, `Money` or `{"amount", "currency"}` for money,
            `Decimal`, `date`, `datetime`, `timedelta` (see `decode_value`), lists or tuples. A field that is not in
            a mapping is null.

    Returns:
        The value; lists are tuples.

    Raises:
        ExpressionFailed: it has no value: a division by zero, two currencies, no such item, a null without guard, or
            more than a million steps.
        ExpressionInvalid: the tree is nested too deep.
    """
    checked = isinstance(expression, Checked)
    node = expression.node if isinstance(expression, Checked) else bounded(expression)
    evaluation = _Evaluation(values, expression if isinstance(expression, Checked) else None)
    try:
        with localcontext(Context(prec=28)):
            return evaluation.value(node, {})
    except (TypeError, ArithmeticError, ValueError, LookupError, AttributeError) as error:
        text = expression.text if isinstance(expression, Checked) else "the expression"
        fix = "" if checked else "check the expression against its scope first"
        raise ExpressionFailed(f"{text} has no value: {error}", fix=fix) from error


class _Evaluation:
    """One walk over an expression with the values of its roots."""

    def __init__(self, values: Mapping[str, Any], checked: Checked | None) -> None:
        self._values = values
        self._types: Mapping[int, ExpressionType] = checked.types if checked else {}
        self._decimals = checked.decimals if checked else frozenset()
        self._steps = 0

    def value(self, node: Node, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ExpressionFailed(f"the expression takes more than {MAX_STEPS} steps", fix="loop over shorter lists")
        value = self._of(node, variables)
        return Decimal(value) if node.at in self._decimals else value

    def _of(self, node: Node, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401, C901
        match node:
            case Text(value) | Boolean(value):
                return value
            case Number():
                return node.value
            case Null():
                return None
            case Name(name):
                return _native((variables if name in variables else self._values)[name])
            case Member(of, name):
                return _member(self.value(of, variables), name)
            case Index(of, key):
                return _native(self.value(of, variables)[key])
            case Items(items):
                return tuple(self.value(item, variables) for item in items)
            case Unary("!", operand):
                return not self.value(operand, variables)
            case Unary(_, operand):
                return -self.value(operand, variables)
            case Binary():
                return self._binary(node, variables)
            case Conditional(condition, then, otherwise):
                return self.value(then if self.value(condition, variables) else otherwise, variables)
            case Call():
                return self._call(node, variables)
            case Loop():
                return self._loop(node, variables)

    def _binary(self, node: Binary, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401
        left = self.value(node.left, variables)
        if node.operator in {"&&", "||"}:
            return self.value(node.right, variables) if bool(left) == (node.operator == "&&") else left
        right = self.value(node.right, variables)
        match node.operator:
            case "==" | "!=":
                exact = isinstance(node.left, Boolean) or isinstance(node.right, Boolean)
                return (left is right if exact else operator.eq(*_alike(left, right))) == (node.operator == "==")
            case "<" | "<=" | ">" | ">=":
                return _OPERATORS[node.operator](*_alike(left, right))
            case "/":
                return (Decimal(left) if isinstance(left, int) else left) / right
            case _:
                return _OPERATORS[node.operator](left, right)

    def _call(self, node: Call, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401
        arguments = [self.value(argument, variables) for argument in node.arguments]
        if node.function == "sum":
            return _total(arguments[0], self._types.get(node.at))
        return _FUNCTIONS[node.function](*arguments)

    def _loop(self, node: Loop, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401
        items = [_native(item) for item in self.value(node.over, variables)]
        bodies = (self.value(node.body, {**variables, node.variable: item}) for item in items)
        match node.function:
            case "sum":
                return _total(tuple(bodies), self._types.get(node.at))
            case "any":
                return any(bodies)
            case "all":
                return all(bodies)
            case "map":
                return tuple(bodies)
            case "filter":
                return tuple(item for item, kept in zip(items, bodies, strict=True) if kept)
            case "first":
                return next((item for item, found in zip(items, bodies, strict=True) if found), None)


def _native(value: Any) -> Any:  # noqa: ANN401
    """JSON's lists and money as Python holds them."""
    if isinstance(value, list):
        return tuple(_native(item) for item in value)
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return Money(value["amount"], value["currency"])
    return value


def _member(of: Any, name: str) -> Any:  # noqa: ANN401
    if isinstance(of, Money):
        return {"amount": of.amount, "currency": of.currency}[name]
    if not isinstance(of, Mapping):
        raise TypeError(f"{'null' if of is None else type(of).__name__} has no {name}")
    return _native(of.get(name))


def _alike(left: Any, right: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Money next to an integer is its amount in minor units."""
    if isinstance(left, Money) and isinstance(right, int):
        return left.amount, right
    if isinstance(left, int) and isinstance(right, Money):
        return left, right.amount
    return left, right


def _total(items: tuple[Any, ...], kind: ExpressionType | None) -> Any:  # noqa: ANN401
    if kind == MONEY or any(isinstance(item, Money) for item in items):
        return Money.total(items)
    start = parse_duration("0s") if kind == DURATION else Decimal(0) if kind == DECIMAL else 0
    return sum(items, start)
