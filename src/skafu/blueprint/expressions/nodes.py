"""What an expression is made of: a tree of frozen nodes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from skafu.blueprint.expressions.errors import ExpressionInvalid
from skafu.blueprint.problems import Problem

MAX_LENGTH = 1000
"""How many characters an expression may have."""
MAX_DEPTH = 50
"""How deep nodes may be inside each other; each operator of a chain `a + b + c` counts."""
MAX_LOOPS = 3
"""How deep `sum`, `any`, `all`, `first`, `map` and `filter` may be inside each other: bounds the work to do."""

UnaryOperator = Literal["!", "-"]
BinaryOperator = Literal["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
LoopFunction = Literal["sum", "any", "all", "first", "map", "filter"]
Path = tuple[str, ...]
"""A chain of names: `state.note` is `("state", "note")`."""


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A text literal. Like in every node, `at` is the offset that errors point to; no two nodes of a text share it."""

    value: str
    at: int = 0


class Number(msgspec.Struct, frozen=True, tag="number"):
    """A number literal, as it was written: digits, and for a decimal a point and more digits."""

    digits: str
    at: int = 0

    @property
    def value(self) -> int | Decimal:
        """The number: an int without a point, a Decimal with one."""
        return Decimal(self.digits) if "." in self.digits else int(self.digits)


class Boolean(msgspec.Struct, frozen=True, tag="boolean"):
    """`true` or `false`."""

    value: bool
    at: int = 0


class Null(msgspec.Struct, frozen=True, tag="null"):
    """`null`: the value of an optional that is absent."""

    at: int = 0


class Name(msgspec.Struct, frozen=True, tag="name"):
    """A root or the variable of a loop."""

    name: str
    at: int = 0


class Member(msgspec.Struct, frozen=True, tag="member"):
    """`of.name`; `at` is the dot."""

    of: "Node"
    name: str
    at: int = 0


class Index(msgspec.Struct, frozen=True, tag="index"):
    """`of[key]`: an item of a list by its position from 0, a member of a message by its name; `at` is the bracket."""

    of: "Node"
    key: int | str
    at: int = 0


class Items(msgspec.Struct, frozen=True, tag="items"):
    """`[a, b]`; `at` is the bracket."""

    items: tuple["Node", ...]
    at: int = 0


class Unary(msgspec.Struct, frozen=True, tag="unary"):
    """`!a` or `-a`."""

    operator: UnaryOperator
    operand: "Node"
    at: int = 0


class Binary(msgspec.Struct, frozen=True, tag="binary"):
    """`left operator right`; `at` is the operator."""

    operator: BinaryOperator
    left: "Node"
    right: "Node"
    at: int = 0


class Conditional(msgspec.Struct, frozen=True, tag="conditional"):
    """`condition ? then : otherwise`; `at` is the question mark."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: int = 0


class Call(msgspec.Struct, frozen=True, tag="call"):
    """`function(arguments)`, or `first.function(rest)`, which means the same; `at` is the function's name."""

    function: str
    arguments: tuple["Node", ...]
    at: int = 0


class Loop(msgspec.Struct, frozen=True, tag="loop"):
    """`function(over, variable, body)`: the body is worked out for each item; `at` is the function's name."""

    function: LoopFunction
    over: "Node"
    variable: str
    body: "Node"
    at: int = 0


Node = Text | Number | Boolean | Null | Name | Member | Index | Items | Unary | Binary | Conditional | Call | Loop


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node, from left to right."""
    match node:
        case Member(of) | Index(of):
            return (of,)
        case Items(items) | Call(_, items):
            return items
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(condition, then, otherwise):
            return (condition, then, otherwise)
        case Loop(_, over, _, body):
            return (over, body)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, outer ones first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(children(found))


def bounded(node: Node, text: str = "") -> Node:
    """Return the node unless it is deeper than every recursion over nodes may go.

    Raises:
        ExpressionInvalid: more than `MAX_DEPTH` nodes, or `MAX_LOOPS` loops, are inside each other.
    """
    waiting = [(node, 1, 0)]
    while waiting:
        found, depth, loops = waiting.pop()
        loops += isinstance(found, Loop)
        if depth > MAX_DEPTH or loops > MAX_LOOPS:
            raise ExpressionInvalid(text, (_too_deep(found),))
        waiting += [(child, depth + 1, loops) for child in children(found)]
    return node


def _too_deep(node: Node) -> Problem:
    if isinstance(node, Loop):
        return Problem(
            node.at, len(node.function), f"{node.function} is inside {MAX_LOOPS} others, the most there may be"
        )
    fix = "compute a part of it as a field of its own; replace a chain of || by: x in [a, b, c]"
    return Problem(node.at, 1, f"the expression is more than {MAX_DEPTH} levels deep", fix=fix)


def path_of(node: Node) -> Path | None:
    """The chain of names that a node is, or None for anything else."""
    names: list[str] = []
    while isinstance(node, Member):
        names.append(node.name)
        node = node.of
    return (node.name, *reversed(names)) if isinstance(node, Name) else None


def roots_of(node: Node) -> frozenset[str]:
    """The names from outside that an expression reads: `{"state", "now"}`; variables of loops are not among them."""
    match node:
        case Name(name):
            return frozenset({name})
        case Loop(_, over, variable, body):
            return roots_of(over) | (roots_of(body) - {variable})
        case _:
            return frozenset().union(*(roots_of(child) for child in children(node)))
