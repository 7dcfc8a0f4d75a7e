"""The catalogue says of each event who makes it, who listens, and what is in it."""

from typing import Any

from watched_systems import watched_system

from skafu.generation.catalogue_view import catalogue_view


def entry(name: str) -> dict[str, Any]:
    return next(one for one in catalogue_view(watched_system(), []) if one["name"] == name)


def test_producers_queries_and_consumers_are_named() -> None:
    placed = entry("OrderPlaced")
    assert placed["producers"] == ["PlaceOrder"]
    assert placed["queries"] == ["OrderById"]
    assert placed["consumers"] == ["sales: runs ConfirmOrder some time after", "money: runs TakePayment"]
    assert entry("OrderPaid")["consumers"] == []


def test_fields_begin_with_the_id_and_mark_personal_ones() -> None:
    fields = {one["name"]: one for one in entry("OrderPlaced")["fields"]}
    assert list(fields) == ["order_id", "customer_id", "email", "total"]
    assert [name for name, one in fields.items() if one["personal"]] == ["email"]
    assert fields["total"]["type"] == "money"
