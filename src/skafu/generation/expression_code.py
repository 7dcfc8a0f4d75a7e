"""Expressions of the blueprint as Python of the generated code, also negated, with roots under their names there."""

from collections.abc import Mapping

from msgspec.structs import replace

from skafu.blueprint.expressions import Checked, Node, PythonStyle, nodes, to_python, walk


def code(checked: Checked, names: Mapping[str, str] | None = None) -> str:
    """The Python of an expression.

    Args:
        checked: the expression.
        names: what roots are called in the generated code, where that differs from the blueprint.
    """
    return to_python(checked, PythonStyle(names or {})).code


def negated(checked: Checked, names: Mapping[str, str] | None = None) -> str:
    """The Python of the opposite of a condition, as a person would write it: `a <= b`, not `not a > b`."""
    return code(replace(checked, node=opposite_of(checked.node)), names)


def opposite_of(node: Node) -> Node:
    """The node that is true when this one is false."""
    match node:
        case nodes.Binary("&&", left, right):
            return replace(node, operator="||", left=opposite_of(left), right=opposite_of(right))
        case nodes.Binary("||", left, right):
            return replace(node, operator="&&", left=opposite_of(left), right=opposite_of(right))
        case nodes.Unary("!", operand):
            return operand
        case _:
            return nodes.Unary("!", node, at=-1)


def members_of(checked: Checked, root: str) -> set[str]:
    """Which members of a root an expression reads: `{"order_id"}` of `event.order_id`."""
    return {
        node.name
        for node in walk(checked.node)
        if isinstance(node, nodes.Member) and isinstance(node.of, nodes.Name) and node.of.name == root
    }
