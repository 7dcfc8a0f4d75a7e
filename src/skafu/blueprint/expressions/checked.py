"""Checks an expression against its scope: the form in which the rest of Skafu uses it."""

import msgspec

from skafu.blueprint.expressions.checker import Checker
from skafu.blueprint.expressions.errors import ExpressionInvalid
from skafu.blueprint.expressions.kinds import ExpressionType, has_any, widened
from skafu.blueprint.expressions.nodes import Node
from skafu.blueprint.expressions.parser import parse
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.expressions.scope import Scope
from skafu.blueprint.types import Type


class Checked(msgspec.Struct, frozen=True):
    """An expression that fits its scope.

    `type` is the type of its value (the expected type, if one was given); `types` are the types of its nodes by their
    offset, `decimals` the offsets of nodes whose integer is used as a decimal. `untyped` says that the value is,
    or holds, a part of a message without declared fields as it is: who uses it converts it to `type`.
    """

    text: str
    node: Node
    type: ExpressionType
    types: dict[int, ExpressionType] = {}
    decimals: frozenset[int] = frozenset()
    untyped: bool = False


def check(expression: str | Node, scope: Scope, expected: Type | None = None) -> Checked:
    """Find the type of an expression.

    Args:
        expression: its text or its tree.
        scope: the names that it may use.
        expected: the type that its value must fit; a condition is expected to be `Scalar("boolean")`.

    Returns:
        The expression with its type.

    Raises:
        ExpressionInvalid: the text is no expression, or names and types do not fit; with all problems at once.
    """
    text = expression if isinstance(expression, str) else print_node(expression)
    node = parse(text)
    checker = Checker(scope)
    kind = checker.whole(node, expected)
    if kind is None:
        raise ExpressionInvalid(text, tuple(sorted(checker.report.problems, key=lambda problem: problem.offset)))
    return Checked(
        text=text,
        node=node,
        type=expected or widened(kind),
        types=checker.types,
        decimals=frozenset(checker.decimals),
        untyped=has_any(kind),
    )
