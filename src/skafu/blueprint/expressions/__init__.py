"""Expressions of a blueprint: a subset of CEL, checked against types, evaluated, and written as Python."""

from skafu.blueprint.expressions.boundaries import Boundary, Case, boundaries
from skafu.blueprint.expressions.checked import Checked, check
from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.expressions.errors import DifferentCurrencies, ExpressionFailed, ExpressionInvalid
from skafu.blueprint.expressions.evaluator import evaluate
from skafu.blueprint.expressions.kinds import AnyType, ExpressionType, NullType
from skafu.blueprint.expressions.money import Money
from skafu.blueprint.expressions.nodes import Node, path_of, roots_of, walk
from skafu.blueprint.expressions.parser import parse
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.expressions.python import Python, PythonStyle, safe_name, to_python
from skafu.blueprint.expressions.scope import Root, Scope
from skafu.blueprint.expressions.values import decode_value, encode_value

__all__ = [
    "AnyType",
    "Boundary",
    "Case",
    "Checked",
    "DifferentCurrencies",
    "ExpressionFailed",
    "ExpressionInvalid",
    "ExpressionType",
    "Money",
    "Node",
    "NullType",
    "Python",
    "PythonStyle",
    "Root",
    "Scope",
    "boundaries",
    "check",
    "decode_value",
    "encode_value",
    "evaluate",
    "parse",
    "parse_duration",
    "path_of",
    "print_node",
    "roots_of",
    "safe_name",
    "to_python",
    "walk",
]
