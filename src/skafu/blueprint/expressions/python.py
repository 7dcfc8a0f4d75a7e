"""Writes a checked expression as the Python of generated code."""

import keyword
from collections.abc import Mapping

import msgspec

from skafu.blueprint.expressions.checked import Checked
from skafu.blueprint.expressions.durations import duration_parts
from skafu.blueprint.expressions.kinds import BOOLEAN, DECIMAL, DURATION, MONEY, AnyType, is_text
from skafu.blueprint.expressions.nodes import (
    Binary,
    BinaryOperator,
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
    path_of,
    roots_of,
)
from skafu.blueprint.expressions.printer import quote
from skafu.blueprint.types import Maybe

CONDITIONAL, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(9)
_BINDING: dict[BinaryOperator, int] = {
    "||": OR,
    "&&": AND,
    "==": COMPARISON,
    "!=": COMPARISON,
    "<": COMPARISON,
    "<=": COMPARISON,
    ">": COMPARISON,
    ">=": COMPARISON,
    "in": COMPARISON,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "%": PRODUCT,
}
_WORDS: dict[str, str] = {"||": "or", "&&": "and"}
_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in"}
_METHODS = {
    "startsWith": "startswith",
    "endsWith": "endswith",
    "lower": "lower",
    "upper": "upper",
    "trim": "strip",
    "date": "date",
}
_CALLS = {"size": "len", "min": "min", "max": "max", "round": "round"}
_TAKEN = frozenset({
    "Decimal", "Money", "abs", "all", "any", "bool", "bytes", "date", "datetime", "dict", "dir", "filter", "float",
    "format", "hash", "id", "input", "int", "iter", "len", "list", "map", "max", "min", "next", "object", "open", "pow",
    "print", "range", "round", "set", "slice", "sorted", "str", "sum", "timedelta", "tuple", "type", "vars", "zip",
})  # fmt: skip
"""Names that a variable of a loop may not hide."""


class PythonStyle(msgspec.Struct, frozen=True):
    """How roots, or paths from them, are called in the generated code; others keep their name.

    `{"state": "order", "event.recorded_at": "context.now"}`.
    """

    names: Mapping[str, str] = {}


class Python(msgspec.Struct, frozen=True):
    """An expression in Python, not wrapped, and which of `Money`, `Decimal` and `timedelta` it needs imported."""

    code: str
    imports: frozenset[str] = frozenset()


def safe_name(name: str) -> str:
    """What a field is called in Python: its name, with an underscore when that is a keyword (`from_`)."""
    return f"{name}_" if keyword.iskeyword(name) else name


def to_python(checked: Checked, style: PythonStyle | None = None) -> Python:
    """Write an expression as readable Python that computes what `evaluate` computes.

    Fields are attributes (`safe_name`), lists are tuples, an absent optional is None; a message without declared
    fields is a dict, as JSON gives it. Where a decimal is wanted, integers are converted.

    Args:
        checked: the expression with its types.
        style: how roots are called.

    Returns:
        The code and the names that it needs imported.
    """
    writer = _Writer(checked, style or PythonStyle())
    code = writer.write(checked.node, CONDITIONAL, absent=checked.untyped and isinstance(checked.type, Maybe))
    return Python(code, frozenset(writer.imports))


class _Writer:
    """Writes the nodes of one expression, and notes what they need imported."""

    def __init__(self, checked: Checked, style: PythonStyle) -> None:
        self.imports: set[str] = set()
        self._checked = checked
        self._paths = {tuple(path.split(".")): name for path, name in style.names.items() if "." in path}
        self._names = {name: safe_name(style.names.get(name, name)) for name in roots_of(checked.node)}

    def write(self, node: Node, needed: int, *, absent: bool = False) -> str:
        """Write a node, in parentheses when it binds less tightly than needed; `absent` reads of messages give None."""
        code, binding = self._bound(node, absent=absent)
        if node.at in self._checked.decimals:
            code, binding = f"{self._import('Decimal')}({code})", ATOM
        return f"({code})" if binding < needed else code

    def _import(self, name: str) -> str:
        self.imports.add(name)
        return name

    def _is_any(self, node: Node) -> bool:
        return isinstance(self._checked.types.get(node.at), AnyType)

    def _bound(self, node: Node, *, absent: bool) -> tuple[str, int]:
        match node:
            case Unary("!", operand):
                return self._negated(operand)
            case Unary(_, operand):
                return f"-{self.write(operand, ATOM)}", UNARY
            case Binary():
                return self._binary(node)
            case Conditional(condition, then, otherwise):
                parts = self.write(then, OR), self.write(condition, OR), self.write(otherwise, CONDITIONAL)
                return "{} if {} else {}".format(*parts), CONDITIONAL
            case Call():
                return self._call(node)
            case Loop():
                return self._loop(node), ATOM
            case Member() | Index():
                return self._read(node, absent=absent), ATOM
            case _:
                return self._plain(node), ATOM

    def _plain(self, node: Node) -> str:
        match node:
            case Text(value):
                return quote(value)
            case Number(digits):
                return f'{self._import("Decimal")}("{digits}")' if "." in digits else digits
            case Boolean(value):
                return str(value)
            case Name(name):
                return self._names[name]
            case Items(items):
                return f"({self._commas(items)}{',' * (len(items) == 1)})"
            case _:
                return "None"

    def _commas(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(self.write(node, CONDITIONAL) for node in nodes)

    def _read(self, node: Member | Index, *, absent: bool) -> str:
        if renamed := self._paths.get(path_of(node) or ()):
            return renamed
        key = node.name if isinstance(node, Member) else node.key
        of = self.write(node.of, ATOM)
        if not self._is_any(node.of):
            return f"{of}.{safe_name(key)}" if isinstance(key, str) else f"{of}[{key}]"
        if isinstance(key, str):
            return f"{of}.get({quote(key)})" if absent else f"{of}[{quote(key)}]"
        return f"{of}[{key}]"

    def _negated(self, node: Node) -> tuple[str, int]:
        match node:
            case Call("has", (argument,)):
                return f"{self.write(argument, COMPARISON + 1, absent=True)} is None", COMPARISON
            case Call("contains", (text, part)):
                return f"{self.write(part, COMPARISON + 1)} not in {self.write(text, COMPARISON + 1)}", COMPARISON
            case Binary(">", Call("size", (held,)), Number("0")):
                return f"not {self.write(held, NOT)}", NOT
            case Binary(operator) if operator in _OPPOSITES:
                return self._compared(node, _OPPOSITES[operator])
            case Unary("!", operand) if self._checked.types.get(operand.at) == BOOLEAN:
                return self._bound(operand, absent=False)
            case _:
                return f"not {self.write(node, NOT)}", NOT

    def _binary(self, node: Binary) -> tuple[str, int]:
        binding = _BINDING[node.operator]
        if binding == COMPARISON:
            return self._compared(node, node.operator)
        if node.operator == "||":
            return f"{self._alternative(node.left)} or {self._alternative(node.right)}", OR
        right = binding if node.operator in _WORDS else binding + 1
        word = _WORDS.get(node.operator, node.operator)
        return f"{self.write(node.left, binding)} {word} {self.write(node.right, right)}", binding

    def _alternative(self, node: Node) -> str:
        """One side of an `or`; an `and` in it stands in parentheses, so that nobody has to know which binds tighter."""
        code, binding = self._bound(node, absent=False)
        return f"({code})" if binding in {AND, CONDITIONAL} else code

    def _compared(self, node: Binary, operator: str) -> tuple[str, int]:
        left, right = node.left, node.right
        if isinstance(left, Null | Boolean):
            left, right = right, left
        tight, equality = COMPARISON + 1, operator in {"==", "!="}
        if isinstance(right, Null | Boolean) and equality:
            word = "is" if operator == "==" else "is not"
            return f"{self.write(left, tight, absent=True)} {word} {self._plain(right)}", COMPARISON
        if operator in {"in", "not in"}:
            return f"{self.write(left, tight, absent=True)} {operator} {self.write(right, tight)}", COMPARISON
        types = [self._checked.types.get(side.at) for side in (left, right)]
        mixed = MONEY in types and types[0] != types[1] and not any(isinstance(kind, Maybe) for kind in types)
        sides = [
            self._amount(side) if mixed and kind == MONEY else self.write(side, tight, absent=equality)
            for side, kind in zip((left, right), types, strict=True)
        ]
        return f"{sides[0]} {operator} {sides[1]}", COMPARISON

    def _amount(self, node: Node) -> str:
        return f"{self.write(node, ATOM)}.amount"

    def _call(self, node: Call) -> tuple[str, int]:
        first = node.arguments[0]
        match node.function:
            case "has":
                return f"{self.write(first, COMPARISON + 1, absent=True)} is not None", COMPARISON
            case "contains":
                part = self.write(node.arguments[1], COMPARISON + 1)
                return f"{part} in {self.write(first, COMPARISON + 1)}", COMPARISON
            case "text" if is_text(self._checked.types[first.at]):
                return self._bound(first, absent=False)
            case "text":
                return f"str({self.write(first, CONDITIONAL)})", ATOM
            case _:
                return self._applied(node, first), ATOM

    def _applied(self, node: Call, first: Node) -> str:
        if method := _METHODS.get(node.function):
            return f"{self.write(first, ATOM)}.{method}({self._commas(node.arguments[1:])})"
        if function := _CALLS.get(node.function):
            return f"{function}({self._commas(node.arguments)})"
        match node.function:
            case "sum":
                return self._sum(node, self.write(first, CONDITIONAL))
            case "first":
                return f"next(iter({self.write(first, CONDITIONAL)}), None)"
            case "money":
                return f"{self._import('Money')}({self._commas(node.arguments)})"
            case _:
                return self._duration(first)

    def _duration(self, node: Node) -> str:
        parts = duration_parts(node.value) if isinstance(node, Text) else {}
        return f"{self._import('timedelta')}({', '.join(f'{unit}={count}' for unit, count in parts.items())})"

    def _sum(self, node: Call | Loop, items: str) -> str:
        kind = self._checked.types.get(node.at)
        if kind == MONEY:
            return f"{self._import('Money')}.total({items})"
        start = {DECIMAL: "Decimal(0)", DURATION: "timedelta()"}.get(kind) if kind in (DECIMAL, DURATION) else None
        if start is None:
            return f"sum({items})"
        self._import(start.partition("(")[0])
        return f"sum({f'({items})' if isinstance(node, Loop) else items}, {start})"

    def _loop(self, node: Loop) -> str:
        over = self.write(node.over, OR)
        outer = self._names
        variable = self._variable(node.variable)
        self._names = {**outer, node.variable: variable}
        filters = node.function in {"first", "filter"}
        body = self.write(node.body, OR if filters else CONDITIONAL)
        self._names = outer
        items = f"{variable} for {variable} in {over} if {body}" if filters else f"{body} for {variable} in {over}"
        match node.function:
            case "sum":
                return self._sum(node, items)
            case "first":
                return f"next(({items}), None)"
            case "any" | "all":
                return f"{node.function}({items})"
            case "map" | "filter":
                return f"tuple({items})"

    def _variable(self, name: str) -> str:
        safe = safe_name(name)
        while safe in _TAKEN or safe in self._names.values():
            safe += "_"
        return safe
