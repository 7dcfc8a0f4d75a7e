"""The diagram shows what a command leads to, and what follows from an event."""

import pytest
from msgspec.structs import replace
from watched_systems import watched_system

from skafu.generation.diagram_view import diagram_view, moment


def test_services_are_groups_of_commands_and_events() -> None:
    sales, money = diagram_view(watched_system())["groups"]
    assert (sales["title"], money["title"]) == ("Sales", "Money")
    assert 'sales_PlaceOrder["PlaceOrder"]' in sales["lines"]
    assert 'sales_OrderPlaced(["OrderPlaced"])' in sales["lines"]
    assert "sales_PlaceOrder --> sales_OrderPlaced" in sales["lines"]


def test_reactions_lead_from_service_to_service() -> None:
    assert diagram_view(watched_system())["edges"] == [
        "money_PaymentTaken -.-> sales_ConfirmOrder",
        'sales_OrderPlaced -. "after 90 minutes" .-> sales_ConfirmOrder',
        "sales_OrderPlaced -.-> money_TakePayment",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "after 1 second"), (90, "after 90 seconds"), (3600, "after 1 hour"), (172_800, "after 2 days")],
)
def test_times_are_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    (timer,) = watched_system().services[0].timers
    assert moment(replace(timer, after_seconds=seconds)) == words


def test_a_timer_tells_its_schedule_or_that_an_expression_says_when() -> None:
    (timer,) = watched_system().services[0].timers
    assert moment(replace(timer, after_seconds=None)) == "at its time"
    assert moment(replace(timer, schedule="rate(1 day)")) == "rate(1 day)"
