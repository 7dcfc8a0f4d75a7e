"""Expressions of the blueprint as Python of the generated code, also negated, with roots under their names there."""

from collections.abc import Mapping

from skafu.blueprint.expressions import Checked, nodes, to_python
from skafu.blueprint.types import Scalar

OPPOSITE: dict[nodes.BinaryOperator, nodes.BinaryOperator] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}


def code(checked: Checked, names: Mapping[str, str] | None = None) -> str:
    """The Python of an expression.

    Args:
        checked: the expression.
        names: what roots are called in the generated code, where that differs from the blueprint.
    """
    return to_python(checked, names or {}).code


def negated(checked: Checked, names: Mapping[str, str] | None = None) -> str:
    """The Python of the opposite of a condition, as a person would write it: `a <= b`, not `not a > b`."""
    opposite = Checked(f"!({checked.text})", opposite_of(checked.node), Scalar("boolean"))
    return code(opposite, names)


def opposite_of(node: nodes.Node) -> nodes.Node:
    """The node that is true when this one is false."""
    match node:
        case nodes.Binary(operator, left, right) if operator in OPPOSITE:
            return nodes.Binary(OPPOSITE[operator], left, right)
        case nodes.Binary("&&", left, right):
            return nodes.Binary("||", opposite_of(left), opposite_of(right))
        case nodes.Binary("||", left, right):
            return nodes.Binary("&&", opposite_of(left), opposite_of(right))
        case nodes.Unary("!", operand):
            return operand
        case _:
            return nodes.Unary("!", node)
