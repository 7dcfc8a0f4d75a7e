"""Writes a node as the text that parses to it, with as few parentheses as that takes."""

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
    bounded,
)

CONDITIONAL, UNARY, POSTFIX, ATOM = 0, 6, 7, 8
BINDING: dict[BinaryOperator, int] = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}
"""How tightly each operator binds; equal ones group from the left, and comparisons do not chain."""
COMPARISON = BINDING["=="]

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def print_node(node: Node) -> str:
    """Write a node in canonical form.

    Args:
        node: any node, typed or not.

    Returns:
        A text that `parse` reads back as the same node (apart from offsets).

    Raises:
        ExpressionInvalid: the node is nested too deep.
    """
    return _print(bounded(node), CONDITIONAL)


def _print(node: Node, needed: int) -> str:
    text, binding = _bound(node)
    return f"({text})" if binding < needed else text


def _bound(node: Node) -> tuple[str, int]:
    match node:
        case Unary(operator, operand):
            return f"{operator}{_print(operand, UNARY)}", UNARY
        case Binary(operator, left, right):
            binding = BINDING[operator]
            leftmost = binding + (binding == COMPARISON)
            return f"{_print(left, leftmost)} {operator} {_print(right, binding + 1)}", binding
        case Conditional(condition, then, otherwise):
            parts = _print(condition, CONDITIONAL + 1), _print(then, CONDITIONAL), _print(otherwise, CONDITIONAL)
            return "{} ? {} : {}".format(*parts), CONDITIONAL
        case _:
            return _tight(node), POSTFIX if isinstance(node, Number) else ATOM


def _tight(node: Node) -> str:
    match node:
        case Member(of, name):
            return f"{_print(of, ATOM)}.{name}"
        case Index(of, key):
            return f"{_print(of, ATOM)}[{key if isinstance(key, int) else quote(key)}]"
        case Items(items):
            return f"[{_commas(items)}]"
        case Call(function, arguments):
            return f"{function}({_commas(arguments)})"
        case Loop(function, over, variable, body):
            return f"{function}({_print(over, CONDITIONAL)}, {variable}, {_print(body, CONDITIONAL)})"
        case _:
            return _plain(node)


def _plain(node: Node) -> str:
    match node:
        case Text(value):
            return quote(value)
        case Number(digits):
            return digits
        case Boolean(value):
            return "true" if value else "false"
        case Null():
            return "null"
        case Name(name):
            return name
        case _:
            raise AssertionError(node)


def _commas(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_print(node, CONDITIONAL) for node in nodes)


def quote(value: str) -> str:
    """Write a text as a literal in double quotes."""
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() or ord(character) > 0xFFFF else f"\\u{ord(character):04x}"
