"""Conditions are turned round as a person would write them, and mean the opposite."""

from typing import Any

import pytest
from expression_scope import SCOPE, root_values
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from typed_expressions import typed_expressions

from skafu.blueprint.expressions import ExpressionFailed, Node, check, evaluate
from skafu.generation.expression_code import code, members_of, negated, opposite_of


@pytest.mark.parametrize(
    ("condition", "opposite"),
    [
        ("command.count > 0", "command.count <= 0"),
        ("command.count == 1", "command.count != 1"),
        ("size(command.lines) > 0", "not command.lines"),
        ("command.urgent", "not command.urgent"),
        ("!command.urgent", "command.urgent"),
        ("has(command.note)", "command.note is None"),
        ('"clerk" in caller.roles', '"clerk" not in caller.roles'),
        (
            'caller.id == state.customer_id || "clerk" in caller.roles',
            'caller.id != order.customer_id and "clerk" not in caller.roles',
        ),
        ("command.urgent && command.count > 1", "not command.urgent or command.count <= 1"),
        (
            "command.urgent && (command.count > 1 || state.urgent)",
            "not command.urgent or (command.count <= 1 and not order.urgent)",
        ),
        ("command.urgent ? state.urgent : true", "not (order.urgent if command.urgent else True)"),
        ("any(command.lines, line, line.quantity > 1)", "not any(line.quantity > 1 for line in command.lines)"),
    ],
)
def test_opposites_read_well(condition: str, opposite: str) -> None:
    assert negated(check(condition, SCOPE), {"state": "order"}) == opposite


@given(typed_expressions(), root_values)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_opposites_are_opposites(expression: tuple[Node, str], values: dict[str, Any]) -> None:
    node, kind = expression
    if kind != "boolean":
        return
    checked = check(node, SCOPE)
    try:
        found = evaluate(checked, values)
    except ExpressionFailed:
        return
    assert evaluate(replace(checked, node=opposite_of(checked.node)), values) is (not found)


def test_roots_have_other_names_in_generated_code() -> None:
    assert code(check("state.count + command.count", SCOPE), {"state": "cart"}) == "cart.count + command.count"
    assert code(check("now > state.when", SCOPE), {"now": "context.now"}) == "context.now > state.when"


def test_members_that_an_expression_reads() -> None:
    checked = check("state.count > 1 && any(state.lines, line, line.quantity > command.count)", SCOPE)
    assert members_of(checked, "state") == {"count", "lines"}
    assert members_of(checked, "command") == {"count"}
    assert members_of(checked, "caller") == set()
