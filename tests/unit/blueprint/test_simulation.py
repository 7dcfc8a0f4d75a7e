"""The reference interpreter answers in the order in which a handler looks."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from shop_blueprint import document
from small_systems import service_of, system_of

from skafu.blueprint import resolve
from skafu.blueprint.expressions import Money
from skafu.blueprint.simulation import SYSTEM, Caller, Happened, Instance, Outcome, Simulation, derived_id, filled

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ANN, BEN, CLERK = Caller("ann", ("customer",)), Caller("ben", ("customer",)), Caller("cleo", ("clerk",))
SHOP = resolve(document().blueprint)
SALES = Simulation(SHOP.services[0])
PRICE = {"amount": 500, "currency": "EUR"}
LINE = {"product_id": "p1", "quantity": 3, "price": PRICE}
ORDER: dict[str, Any] = {"customer_id": "ann", "lines": [LINE], "product_id": "p1"}


def given(*events: Happened, instance_id: str = "i1") -> Instance | None:
    """Give an instance to which this happened."""
    return SALES.replay([(event, NOW) for event in events], instance_id)


PRODUCT = given(Happened("ProductAdded", {"sku": "blue", "price": Money(500, "EUR")}), instance_id="p1")
PLACED = Happened("OrderPlaced", {"customer_id": "ann", "lines": (), "total": Money(500, "EUR")})


def place(body: dict[str, Any], caller: Caller = ANN, instance: Instance | None = None) -> Outcome:
    reads = {"product": PRODUCT} if PRODUCT else {}
    return SALES.decide("PlaceOrder", body, instance, caller, NOW, reads)


def test_an_accepted_command_emits_what_it_says() -> None:
    outcome = place(ORDER)

    assert outcome.refusal is None
    (placed,) = outcome.events
    assert placed.event == "OrderPlaced"
    assert placed.values["total"] == Money(1500, "EUR")
    assert placed.as_json()["lines"] == [LINE]


@pytest.mark.parametrize(
    ("body", "caller", "refusal", "status"),
    [
        ({}, ANN, "malformed", 400),
        (ORDER | {"lines": "all"}, ANN, "malformed", 400),
        (ORDER | {"lines": [LINE | {"quantity": 0}]}, ANN, "malformed", 400),
        (ORDER | {"unheard": 1}, ANN, "malformed", 400),
        (ORDER, CLERK, "wrong_role", 403),
        (ORDER, BEN, "not_found", 404),
        (ORDER | {"lines": []}, ANN, "empty", 422),
    ],
)
def test_a_refused_command_says_why(body: dict[str, Any], caller: Caller, refusal: str, status: int) -> None:
    outcome = place(body, caller)

    assert (outcome.refusal, outcome.status, outcome.events) == (refusal, status, ())


def test_what_exists_is_not_created_again() -> None:
    assert place(ORDER, instance=given(PLACED)).refusal == "already_exists"


def test_what_does_not_exist_is_not_found() -> None:
    assert SALES.decide("CancelOrder", {}, None, ANN, NOW).refusal == "not_found"
    assert SALES.decide("PlaceOrder", ORDER, None, ANN, NOW, {}).refusal == "not_found"


def test_the_state_must_allow_it() -> None:
    paid = given(PLACED, Happened("OrderPaid", {}))

    assert SALES.decide("CancelOrder", {}, paid, ANN, NOW).refusal == "wrong_state"
    assert SALES.decide("CancelOrder", {}, given(PLACED), ANN, NOW).refusal is None


def test_nobody_asks_the_system_for_a_role_or_a_rule_of_access() -> None:
    outcome = SALES.decide("CancelOrder", {}, given(PLACED), SYSTEM, NOW)

    assert [event.event for event in outcome.events] == ["OrderCancelled"]


def test_else_is_emitted_when_nothing_else_was() -> None:
    old = given(PLACED, *[Happened("OrderStuck", {})] * 100)

    outcome = SALES.decide("CancelOrder", {}, old, ANN, NOW)

    assert [event.event for event in outcome.events] == ["OrderStuck"]


def test_events_set_add_and_copy() -> None:
    restocked = Happened("Restocked", {"quantity": 4, "tag": "new"})

    product = given(Happened("ProductAdded", {"sku": "blue", "price": Money(500, "EUR")}), restocked, restocked)

    assert product is not None
    assert product.fields == {
        "sku": "blue",
        "price": Money(500, "EUR"),
        "stock": 8,
        "tags": ("new", "new"),
        "seen": NOW,
    }
    assert product.version == 3


def test_events_remove_every_equal_item_and_count_down() -> None:
    removing = ("add: {stock: event.quantity, tags: event.tag}", "remove: {stock: event.quantity, tags: event.tag}")
    simulation = Simulation(resolve(document(removing).blueprint).services[0])
    product = simulation.replay([(Happened("ProductAdded", {"sku": "b", "price": Money(1, "EUR")}), NOW)], "p")
    assert product is not None
    tagged = structs.replace(product, fields=product.fields | {"tags": ("old", "new", "old"), "stock": 5})

    after = simulation.evolve(tagged, Happened("Restocked", {"quantity": 2, "tag": "old"}), "p", NOW)

    assert (after.fields["tags"], after.fields["stock"]) == (("new",), 3)


def test_a_row_is_the_fold_of_the_events_of_its_query() -> None:
    query = next(query for query in SALES.service.queries if query.names.pascal == "OrderById")
    history = [(PLACED, NOW), (Happened("OrderStuck", {}), NOW), (Happened("OrderPaid", {}), NOW)]
    instance = SALES.replay(history, "o1", query.sources)

    assert instance is not None
    row = SALES.row(query, instance)
    assert (row["order_id"], row["status"], row["version"], row["note"]) == ("o1", "paid", 2, None)
    assert row["paid_at"] == "2026-03-14T09:30:00Z"
    assert row["cancelled_at"] is None
    assert set(row) == {column.name for column in query.columns}


def test_the_same_key_gives_the_same_id() -> None:
    body = {"sku": "blue", "price": PRICE}

    first = SALES.key_of("AddProduct", body, CLERK, NOW)

    assert first == SALES.key_of("AddProduct", body | {"price": {"amount": 1, "currency": "EUR"}}, CLERK, NOW)
    assert first != SALES.key_of("AddProduct", body | {"sku": "red"}, CLERK, NOW)
    assert first == derived_id("Product", ["blue"])
    assert SALES.key_of("PlaceOrder", ORDER, ANN, NOW) is None


def test_ids_from_keys_never_change() -> None:
    assert derived_id("Product", ["blue"]) == "9c172d5a-d9b3-59ad-b62e-0ba7eb81fb1b"
    assert derived_id("Product", ["blue", 1]) != derived_id("Product", ["blue", "1"])


def test_what_a_journey_leaves_open_is_filled_in() -> None:
    body = {"who": "$caller", "when": "$now+90", "day": "$today-14", "lines": [{"of": "$order", "n": 1}], "x": "$y"}

    assert filled(body, {"caller": "ann", "order": "o1"}, NOW) == {
        "who": "ann",
        "when": "2026-03-14T09:31:30Z",
        "day": "2026-02-28",
        "lines": [{"of": "o1", "n": 1}],
        "x": "$y",
    }


def test_decimals_stay_exact() -> None:
    decimals = (
        "{quantity: integer, tag: text}\n            emits",
        "{quantity: decimal, tag: text}\n            emits",
    )
    fields = (
        "fields: {quantity: integer, tag: text}\n            set",
        "fields: {quantity: decimal, tag: text}\n            set",
    )
    stock = ("stock: {type: integer, default: 0}", "stock: {type: decimal, default: 0.1}")
    simulation = Simulation(resolve(document(decimals, fields, stock).blueprint).services[0])
    product = simulation.replay([(Happened("ProductAdded", {"sku": "b", "price": Money(1, "EUR")}), NOW)], "p")

    (event,) = simulation.decide("Restock", {"quantity": 0.2, "tag": "x"}, product, CLERK, NOW).events
    after = simulation.evolve(product, event, "p", NOW)

    assert after.fields["stock"] == Decimal("0.3")


def test_amounts_of_two_currencies_are_refused_as_a_rule_would_be() -> None:
    dollars = LINE | {"price": {"amount": 5, "currency": "USD"}}

    outcome = place(ORDER | {"lines": [LINE, dollars]})

    assert (outcome.refusal, outcome.status) == ("different_currencies", 422)
    assert place(ORDER | {"lines": [dollars, dollars]}).refusal is None


SAVINGS = """\
- name: bank
  aggregates:
    - name: Account
      fields: {balance: money}
      commands:
        - {name: OpenAccount, creates: true, roles: [member], fields: {balance: money}, emits: [AccountOpened]}
        - {name: PayIn, roles: [member], fields: {amount: money}, emits: [PaidIn]}
      events:
        - {name: AccountOpened, fields: {balance: money}}
        - {name: PaidIn, fields: {amount: money}, add: {balance: event.amount}}
"""


def _paid_in(currency: str) -> Outcome:
    bank = Simulation(service_of(system_of(SAVINGS)))
    opened = Happened("AccountOpened", {"balance": Money(0, "EUR")})
    account = bank.replay([(opened, NOW)], "a1")
    body = {"amount": {"amount": 5, "currency": currency}}
    return bank.decide("PayIn", body, account, Caller("ann", ("member",)), NOW)


def test_a_state_counts_in_one_currency() -> None:
    assert _paid_in("EUR").refusal is None
    assert _paid_in("USD").refusal == "different_currencies"
