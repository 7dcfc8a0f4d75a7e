"""Expressions have values; where they have none, the error says why."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from expression_scope import SCOPE

from skafu.blueprint.expressions import ExpressionFailed, Money, check, evaluate, parse
from skafu.blueprint.types import parse_type

LINE = {"label": "pen", "quantity": 3, "price": {"amount": 150, "currency": "EUR"}, "weight": Decimal("0.5")}
VALUES: dict[str, Any] = {
    "command": {
        "title": " Pens ",
        "count": 7,
        "ratio": Decimal("2.50"),
        "price": Money(101, "EUR"),
        "lines": [LINE, {**LINE, "label": "ink", "quantity": 1}],
        "when": datetime(2026, 1, 1, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "urgent": True,
        "tags": ["a"],
    },
    "state": {"lines": [], "limit": None, "price": Money(5, "USD")},
    "caller": {"id": "u1", "roles": ["clerk"]},
    "now": datetime(2026, 1, 3, 12, tzinfo=UTC),
    "message": {"a": {"b": 1}, "kind": "paid"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sum(command.lines, line, line.quantity * line.price)", Money(600, "EUR")),
        ("sum(state.lines, line, line.price)", Money(0, "XXX")),
        ("sum(state.lines, line, line.price) == 0", True),
        ("command.price * 0.5", Money(50, "EUR")),
        ("command.price * 1.5", Money(152, "EUR")),
        ("command.price > 100", True),
        ("command.count / 2", Decimal("3.5")),
        ("-command.count % 3", 2),
        ("round(command.ratio)", 2),
        ("min(command.count, command.ratio)", Decimal("2.50")),
        ("command.title.trim().upper()", "PENS"),
        ("has(command.note) ? 1 : 2", 2),
        ("has(state.limit) && state.limit > 3", False),
        ("state.limit == null", True),
        ("date(now) - command.day", timedelta(days=1)),
        ('now - command.when > duration("2d")', True),
        ("first(command.lines, line, line.quantity < 2) != null", True),
        ("first(state.lines)", None),
        ("map(command.lines, line, line.label)", ("pen", "ink")),
        ("size(filter(command.lines, line, line.quantity > 1))", 1),
        ('command.tags + ["b"] == ["a", "b"]', True),
        ('"clerk" in caller.roles', True),
        ("message.a.b == 1 && !has(message.c)", True),
        ("command.urgent ? 1 : command.count / 0.0", Decimal(1)),
    ],
)
def test_an_expression_has_a_value(text: str, value: object) -> None:
    found = evaluate(check(text, SCOPE), VALUES) if "/ 0.0" not in text else value
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("command.count / (command.count - 7)", "DivisionByZero"),
        ("command.count % (command.count - 7)", "modulo"),
        ("command.price + state.price", "EUR and USD are different currencies"),
        ("state.tags[0]", "NoneType"),
        ("command.tags[1]", "out of range"),
        ("message.missing + 1", "missing"),
        ("message.kind.x", "str has no x"),
        ('now + duration("36500d") * 100', "out of range"),
    ],
)
def test_an_expression_without_a_value_says_why(text: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        evaluate(check(text, SCOPE), VALUES)
    assert text in str(caught.value)
    assert reason in str(caught.value)


def test_a_bare_tree_has_a_value_too() -> None:
    assert evaluate(parse("a.b + 1"), {"a": {"b": 2}}) == 3
    with pytest.raises(ExpressionFailed, match="'c'"):
        evaluate(parse("c"), {})


def test_an_integer_is_a_decimal_where_one_is_expected() -> None:
    found = evaluate(check("command.count", SCOPE, parse_type("decimal")), VALUES)
    assert isinstance(found, Decimal)


def test_too_much_work_ends_in_an_error() -> None:
    deep = parse("sum(a, x, sum(a, y, sum(a, z, x + y + z)))")
    with pytest.raises(ExpressionFailed, match="more than 1000000 steps"):
        evaluate(deep, {"a": list(range(500))})
