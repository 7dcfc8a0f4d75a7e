"""Each comparison gives the values at which it turns."""

from datetime import timedelta
from decimal import Decimal

import pytest
from expression_scope import SCOPE

from skafu.blueprint.expressions import Boundary, Money, boundaries, check
from skafu.blueprint.expressions.boundaries import Limit

LINES = ("command", "lines")
SECOND = timedelta(seconds=1)


def only(text: str) -> Boundary:
    (boundary,) = boundaries(check(text, SCOPE))
    return boundary


def turns(boundary: Boundary) -> dict[Limit, bool]:
    return {case.value: case.holds for case in boundary.cases}


def test_a_size() -> None:
    boundary = only("size(command.lines) > 0")
    assert (boundary.path, boundary.measure, boundary.operator, boundary.limit) == (LINES, "size", ">", 0)
    assert turns(boundary) == {0: False, 1: True}


def test_every_comparison_in_the_order_of_the_text() -> None:
    found = boundaries(check("!(size(command.lines) <= 10 && command.count >= 1) || command.ratio < 2.500", SCOPE))
    assert [turns(boundary) for boundary in found] == [
        {9: True, 10: True, 11: False},
        {0: False, 1: True, 2: True},
        {Decimal("2.499"): True, Decimal("2.500"): False, Decimal("2.501"): False},
    ]
    assert [boundary.at for boundary in found] == [22, 45, 68]


@pytest.mark.parametrize(
    "text", ["3 < command.count", "command.count > 3", "command.count - 1 > 2", "0 > 3 - command.count"]
)
def test_the_path_is_brought_to_the_left(text: str) -> None:
    boundary = only(text)
    assert (boundary.path, boundary.operator, boundary.limit, boundary.other) == (("command", "count"), ">", 3, None)
    assert turns(boundary) == {2: False, 3: False, 4: True}


def test_money_is_measured_in_minor_units_or_in_its_currency() -> None:
    assert only("command.price > 100").measure == "amount"
    assert turns(only("command.price > 100")) == {99: False, 100: False, 101: True}
    euro = only('command.price >= money(500, "EUR")')
    assert (euro.measure, euro.limit) == ("value", Money(500, "EUR"))
    assert turns(euro) == {Money(499, "EUR"): False, Money(500, "EUR"): True, Money(501, "EUR"): True}
    assert only('command.price - money(5, "EUR") > 0').limit == Money(5, "EUR")


def test_a_date_is_relative_to_the_other_path() -> None:
    boundary = only('now - state.when < duration("3 days")')
    assert (boundary.path, boundary.operator, boundary.other) == (("state", "when"), ">", ("now",))
    assert boundary.limit == timedelta(days=-3)
    assert turns(boundary) == {
        -timedelta(days=3, seconds=1): False,
        timedelta(days=-3): False,
        SECOND - timedelta(days=3): True,
    }
    assert turns(only("command.day <= state.day")) == {
        timedelta(days=-1): True,
        timedelta(0): True,
        timedelta(days=1): False,
    }


def test_another_path_has_its_own_measure() -> None:
    boundary = only("size(command.lines) <= state.count")
    assert (boundary.measure, boundary.other, boundary.other_measure) == ("size", ("state", "count"), "value")
    money = only('command.price <= state.price - money(5, "EUR")')
    assert (money.measure, money.other_measure, money.limit) == ("amount", "amount", -5)


def test_items_of_lists_are_starred() -> None:
    text = "all(command.lines, line, line.quantity >= 1 && any(state.lines, old, old.price > line.price))"
    found = boundaries(check(text, SCOPE))
    assert [boundary.path for boundary in found] == [(*LINES, "*", "quantity"), ("state", "lines", "*", "price")]
    assert found[1].other == (*LINES, "*", "price")


@pytest.mark.parametrize(
    "text",
    [
        "command.count % 2 == 0",
        "command.count * 2 > command.ratio",
        "command.count + state.count > 3",
        "command.count > command.count - 1",
        "command.title == state.title",
        "any(filter(command.lines, a, true), line, line.quantity > 1)",
        "command.urgent",
        "message.count > 3",
        "1 < 2",
    ],
)
def test_what_is_no_boundary_of_one_path_is_left_out(text: str) -> None:
    assert boundaries(check(text, SCOPE)) == ()
