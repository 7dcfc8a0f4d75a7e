"""Works out the value of an expression: the reference for what generated code computes."""

import operator
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, localcontext

from skafu.blueprint.expressions.checked import Checked
from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.expressions.errors import DifferentCurrencies, ExpressionFailed
from skafu.blueprint.expressions.kinds import ANY, DECIMAL, DURATION, MONEY, AnyType, ExpressionType
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
    Number,
    Text,
    Unary,
    bounded,
)
from skafu.blueprint.expressions.values import Value
from skafu.blueprint.types import Maybe

MAX_STEPS = 1_000_000
"""How many nodes one evaluation may visit, the bodies of loops once per item."""

_OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
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
_FUNCTIONS: dict[str, Callable[..., Value]] = {
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


def evaluate(expression: Checked | Node, values: Mapping[str, Value]) -> Value:
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
    checked = expression if isinstance(expression, Checked) else Checked("the expression", bounded(expression), ANY)
    try:
        with localcontext(Context(prec=28)):
            return _Evaluation(values, checked).value(checked.node, {}, absent=isinstance(checked.type, Maybe))
    except DifferentCurrencies as error:
        raise DifferentCurrencies(f"{checked.text} has no value: {error}") from error
    except (TypeError, ArithmeticError, ValueError, LookupError, AttributeError) as error:
        raise ExpressionFailed(f"{checked.text} has no value: {error}") from error


class _Evaluation:
    """One walk over an expression with the values of its roots."""

    def __init__(self, values: Mapping[str, Value], checked: Checked) -> None:
        self._values = values
        self._types = checked.types
        self._decimals = checked.decimals
        self._steps = 0

    def value(self, node: Node, variables: Mapping[str, Value], *, absent: bool = False) -> Value:
        """The value of a node; `absent` says that a member which is not in a message is null, not an error."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ExpressionFailed(f"the expression takes more than {MAX_STEPS} steps", fix="loop over shorter lists")
        value = (
            self._read(node, variables, absent=absent)
            if isinstance(node, Member | Index)
            else self._of(node, variables)
        )
        return Decimal(value) if node.at in self._decimals else value

    def _read(self, node: Member | Index, variables: Mapping[str, Value], *, absent: bool) -> Value:
        of = self.value(node.of, variables)
        key = node.name if isinstance(node, Member) else node.key
        if isinstance(key, int):
            return _native(of[key])
        if isinstance(of, Money):
            return {"amount": of.amount, "currency": of.currency}[key]
        if not isinstance(of, Mapping):
            raise TypeError(f"{'null' if of is None else type(of).__name__} has no {key}")
        required = not absent and isinstance(self._types.get(node.of.at), AnyType)
        return _native(of[key] if required else of.get(key))

    def _of(self, node: Node, variables: Mapping[str, Value]) -> Value:
        match node:
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
            case Name(name):
                return _native((variables if name in variables else self._values)[name])
            case _:
                return _constant(node)

    def _binary(self, node: Binary, variables: Mapping[str, Value]) -> Value:
        equality = node.operator in {"==", "!="}
        left = self.value(node.left, variables, absent=equality or node.operator == "in")
        if node.operator in {"&&", "||"}:
            return self.value(node.right, variables) if bool(left) == (node.operator == "&&") else left
        right = self.value(node.right, variables, absent=equality)
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

    def _call(self, node: Call, variables: Mapping[str, Value]) -> Value:
        arguments = [self.value(argument, variables, absent=node.function == "has") for argument in node.arguments]
        if node.function == "sum":
            return _total(arguments[0], self._types.get(node.at))
        return _FUNCTIONS[node.function](*arguments)

    def _loop(self, node: Loop, variables: Mapping[str, Value]) -> Value:
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


def _constant(node: Node) -> Value:
    match node:
        case Text(value) | Boolean(value):
            return value
        case Number():
            return node.value
        case _:
            return None


def _native(value: Value) -> Value:
    """JSON's lists and money as Python holds them."""
    if isinstance(value, list):
        return tuple(_native(item) for item in value)
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return Money(value["amount"], value["currency"])
    return value


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Money next to an integer is its amount in minor units."""
    if isinstance(left, Money) and isinstance(right, int):
        return left.amount, right
    if isinstance(left, int) and isinstance(right, Money):
        return left, right.amount
    return left, right


def _total(items: tuple[Value, ...], kind: ExpressionType | None) -> Value:
    if kind == MONEY or any(isinstance(item, Money) for item in items):
        return Money.total(items)
    start = parse_duration("0s") if kind == DURATION else Decimal(0) if kind == DECIMAL else 0
    return sum(items, start)
