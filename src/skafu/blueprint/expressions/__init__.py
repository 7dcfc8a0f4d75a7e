"""Expressions of a blueprint: a subset of CEL, checked against types, evaluated, and written as Python."""

from skafu.blueprint.expressions.checker import Checked, check
from skafu.blueprint.expressions.errors import ExpressionFailed, ExpressionInvalid
from skafu.blueprint.expressions.kinds import AnyType, ExpressionType, NullType
from skafu.blueprint.expressions.nodes import Node, path_of, roots_of, walk
from skafu.blueprint.expressions.parser import parse
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.expressions.scope import Root, Scope

__all__ = [
    "AnyType",
    "Checked",
    "ExpressionFailed",
    "ExpressionInvalid",
    "ExpressionType",
    "Node",
    "NullType",
    "Root",
    "Scope",
    "check",
    "parse",
    "path_of",
    "print_node",
    "roots_of",
    "walk",
]
