"""Generated Python computes what the blueprint says: `evaluate` and the code of `to_python` agree."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from expression_scope import SCOPE, as_objects, root_values
from hypothesis import HealthCheck, given, settings
from typed_expressions import typed_expressions

from skafu.blueprint.expressions import (
    Checked,
    DifferentCurrencies,
    ExpressionFailed,
    Money,
    Node,
    PythonStyle,
    check,
    evaluate,
    to_python,
)
from skafu.blueprint.types import Type, parse_type

FAILED = object()
IMPORTABLE: dict[str, Any] = {"Money": Money, "Decimal": Decimal, "timedelta": timedelta}
WIDER: dict[str, Type] = {"integer": parse_type("decimal"), "money": parse_type("optional money")}


def plain(value: object) -> object:
    """The same form for what both sides call a record or a list; an integer is no decimal."""
    if isinstance(value, SimpleNamespace):
        value = {name.rstrip("_"): part for name, part in vars(value).items()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value, type(value)


def interpreted(checked: Checked, values: dict[str, Any]) -> object:
    try:
        return plain(evaluate(checked, values))
    except ExpressionFailed:
        return FAILED


def executed(checked: Checked, values: dict[str, Any]) -> object:
    python = to_python(checked, PythonStyle({"state": "order"}))
    names = {name: value if name == "message" else as_objects(value) for name, value in values.items()}
    names["order"] = names.pop("state")
    try:
        return plain(eval(python.code, {**names, **{name: IMPORTABLE[name] for name in python.imports}}))  # noqa: S307
    except (TypeError, ArithmeticError, ValueError, LookupError, AttributeError, DifferentCurrencies):
        return FAILED


@given(typed_expressions(), root_values)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_evaluate_and_the_generated_python_agree(expression: tuple[Node, str], values: dict[str, Any]) -> None:
    node, kind = expression
    for checked in (check(node, SCOPE), check(node, SCOPE, WIDER.get(kind))):
        assert interpreted(checked, values) == executed(checked, values)


@given(typed_expressions())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_integer_that_becomes_a_decimal_is_converted(expression: tuple[Node, str]) -> None:
    node, kind = expression
    if kind == "integer":
        assert "Decimal(" in to_python(check(node, SCOPE, parse_type("decimal"))).code
