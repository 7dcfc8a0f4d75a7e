"""A new name reaches everything that speaks of the element, and nothing that only looks like it."""

import pytest
from shop_blueprint import SHOP

from skafu.blueprint import check, read
from skafu.blueprint.changes import Rename, change_text

SALES = ("services", "sales")
ORDER = (*SALES, "aggregates", "Order")
RENAMES = [
    (Rename((*ORDER, "events", "OrderPlaced"), "OrderMade"), 7),
    (Rename((*ORDER, "commands", "CancelOrder"), "DropOrder"), 3),
    (Rename(("services", "payments"), "tills"), 3),
    (Rename(("integrations", "Stripe"), "Adyen"), 2),
    (Rename(("integrations", "Stripe", "operations", "capture"), "take"), 2),
    (Rename(("auth", "roles", "clerk"), "officer"), 4),
    (Rename((*ORDER, "states", "cancelled"), "dropped"), 2),
    (Rename((*SALES, "value_types", "Line"), "Row"), 4),
    (Rename((*SALES, "queries", "OpenOrders"), "Waiting"), 2),
]


@pytest.mark.parametrize(("rename", "times"), RENAMES)
def test_references_follow(rename: Rename, times: int) -> None:
    changed = change_text(SHOP, [rename])
    lines = [(a, b) for a, b in zip(SHOP.split("\n"), changed.split("\n"), strict=True) if a != b]

    assert sum(after.count(rename.to) - before.count(rename.to) for before, after in lines) == times
    assert check(read(changed)) == ()


def test_a_name_of_another_service_stays() -> None:
    text = SHOP.replace("  - name: payments\n", "  - name: payments\n    queries: [{name: OpenOrders}]\n")

    changed = change_text(text, [Rename((*SALES, "queries", "OpenOrders"), "Waiting")])

    assert changed.count("OpenOrders") == 1


def test_a_field_named_like_a_word_for_people_keeps_its_type_in_step() -> None:
    text = SHOP.replace("lines: list of Line, total: money, note", "message: list of Line, total: money, note")

    assert "message: list of Row" in change_text(text, [Rename((*SALES, "value_types", "Line"), "Row")])


def test_a_key_alone_is_renamed() -> None:
    changed = change_text(SHOP, [Rename((*SALES, "aggregates", "Product", "fields", "price"), "cost")])

    assert "{sku: text, cost: money, stock" in changed
    assert changed.count("price") == SHOP.count("price") - 1
