"""Tests of a deployed stage knock at every guarded route, and start what can be started at any time."""

from small_systems import system_of
from watched_systems import SHOP, watched_system

from skafu.generation.deployed_view import deployed_view


def test_guarded_routes_and_queries_are_known() -> None:
    found = deployed_view(watched_system())
    assert [(one["method"], one["path"]) for one in found["guarded"]] == [
        ("POST", "/orders"),
        ("GET", "/orders/{order_id}"),
    ]
    assert [one["path"] for one in found["asked"]] == ["/orders/{order_id}"]


def test_a_command_that_needs_nothing_before_it_is_sent_as_the_caller() -> None:
    (start,) = deployed_view(watched_system())["starts"]
    assert (start["snake"], start["home"]) == ("place_order", "/orders")
    assert '"customer_id": "$caller"' in start["body"]


def test_a_body_that_depends_on_the_day_is_left_out() -> None:
    dated = SHOP.replace("total: money", "total: money, due: datetime").replace(
        "rule: command.total.amount > 100", "rule: command.due > now"
    )
    assert deployed_view(system_of(dated))["starts"] == []
