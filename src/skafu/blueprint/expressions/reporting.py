"""Collects what is wrong in an expression, in words that say how to mend it."""

from collections.abc import Iterable
from typing import NoReturn

from skafu.blueprint.expressions.kinds import (
    DECIMAL,
    INTEGER,
    MONEY,
    TEXT,
    FieldsType,
    Kind,
    NullType,
    WordsType,
    assignable,
    kind_text,
    present,
)
from skafu.blueprint.expressions.nodes import (
    Binary,
    Boolean,
    Call,
    Loop,
    Member,
    Node,
    Null,
    Number,
    Text,
    path_of,
    walk,
)
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.problems import Problem, did_you_mean, nearest
from skafu.blueprint.types import Maybe, OneOf, Type, type_text

MAX_LISTED = 12
"""How many names a message lists at most."""


class Reported(Exception):
    """The kind of a node cannot be known, and its problem is noted."""


class Report:
    """The problems of one expression; every method that notes one raises `Reported`."""

    def __init__(self) -> None:
        """Start without problems."""
        self.problems: list[Problem] = []

    def fail(self, node: Node, message: str, expected: str = "", near: str = "", fix: str = "") -> NoReturn:
        """Note a problem with a node."""
        offset, length = _span(node)
        self.problems.append(Problem(offset, length, message, expected, near, fix))
        raise Reported

    def unknown(self, node: Node, what: str, name: str, known: Iterable[str], near: str = "") -> NoReturn:
        """Note that a name is not known; `what` says what it is not, as in "command has no totl"."""
        names = sorted(known)
        near = near or nearest(name, names)
        listed = ", ".join(names[:MAX_LISTED]) + (", ..." if len(names) > MAX_LISTED else "")
        choice = f"there is {listed}" if names else "it has none"
        offset, length = (node.at + 1, len(name)) if isinstance(node, Member) else _span(node)
        message = f"{what}{did_you_mean(near) or f'; {choice}'}"
        self.problems.append(Problem(offset, length, message, listed, near, f"write {near}" if near else choice))
        raise Reported

    def needed(self, node: Node, kind: Kind) -> Kind:
        """Refuse what may be absent, and a root with fields."""
        self.refuse_fields(node, kind)
        if isinstance(kind, Maybe | NullType):
            self.absent(node)
        return kind

    def absent(self, node: Node) -> NoReturn:
        """Note that a value may be absent where one is needed."""
        if isinstance(node, Null):
            self.fail(node, "null cannot be used here", "a value")
        text = print_node(node)
        fix = f"guard it: has({text}) && ..." if path_of(node) else "compare it with null, or use any(list, item, ...)"
        self.fail(node, f"{text} may be absent; {fix}", "a value", fix=fix)

    def refuse_fields(self, node: Node, kind: Kind) -> None:
        """Refuse a root with fields where a value is needed."""
        if isinstance(kind, FieldsType):
            fix = f"name one of its fields: {', '.join(sorted(kind.fields)[:MAX_LISTED])}"
            self.fail(node, f"{kind.name} is no value by itself; {fix}", "a value", fix=fix)

    def mismatch(self, node: Node, kind: Kind, expected: Type) -> NoReturn:
        """Note that a value does not fit its target."""
        wanted, near = type_text(expected), ""
        target = present(expected)
        if isinstance(kind, WordsType) and isinstance(target, OneOf):
            near = nearest(next(word for word in kind.options if word not in target.options), target.options)
        fix = f'write "{near}"' if near else _conversion(node, kind, expected)
        hint = did_you_mean(near) or (f"; {fix}" if fix else "")
        self.fail(node, f"expected {wanted}, got {kind_text(kind)}{hint}", wanted, near, fix)


def _conversion(node: Node, kind: Kind, expected: Type) -> str:
    """How a value becomes what is expected; "" when it cannot."""
    target = present(expected)
    if isinstance(kind, Maybe) and assignable(kind.item, expected):
        text = print_node(node)
        return f"say what it is when absent: has({text}) ? {text} : ..." if path_of(node) else ""
    if kind == INTEGER and target == MONEY:
        return 'say the currency: money(amount, "EUR")'
    if kind == DECIMAL and target == INTEGER:
        return "round it: round(x)"
    return "write it as text: text(x)" if kind == INTEGER and target == TEXT else ""


def _span(node: Node) -> tuple[int, int]:
    """Where a node is in the text: a path as a whole, an operator or a function by its name."""
    if path := path_of(node):
        return min(part.at for part in walk(node)), len(".".join(path))
    match node:
        case Binary(operator):
            return node.at, len(operator)
        case Call(name) | Loop(name):
            return node.at, len(name)
        case Text() | Number() | Boolean() | Null():
            return node.at, len(print_node(node))
        case _:
            return node.at, 1
