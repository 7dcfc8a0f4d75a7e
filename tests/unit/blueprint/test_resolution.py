"""The resolved form spells out what a blueprint leaves unsaid."""

import pytest
from shop_blueprint import document

from skafu.blueprint import System, resolve
from skafu.blueprint.resolved import (
    CommandRef,
    EventRef,
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedQuery,
    ResolvedRoute,
    ResolvedService,
)
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, type_text


def shop(*edits: tuple[str, str]) -> System:
    return resolve(document(*edits).blueprint)


def sales(*edits: tuple[str, str]) -> ResolvedService:
    return shop(*edits).services[0]


def aggregate(name: str, *edits: tuple[str, str]) -> ResolvedAggregate:
    found = [one for service in shop(*edits).services for one in service.aggregates]
    return next(one for one in found if one.names.pascal == name)


def command(name: str, *edits: tuple[str, str]) -> ResolvedCommand:
    found = [one for service in shop(*edits).services for part in service.aggregates for one in part.commands]
    return next(one for one in found if one.names.pascal == name)


def query(name: str, *edits: tuple[str, str]) -> ResolvedQuery:
    return next(one for one in sales(*edits).queries if one.names.pascal == name)


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("PlaceOrder", "POST", "/orders"),
        ("AddProduct", "POST", "/products"),
        ("Restock", "POST", "/products/{product_id}/restock"),
        ("CancelOrder", "POST", "/orders/{order_id}/cancel"),
    ],
)
def test_what_people_would_call_has_a_route(name: str, method: str, path: str) -> None:
    route = command(name).route

    assert route is not None
    assert (route.method, route.path) == (method, path)


def test_what_nobody_would_call_has_none() -> None:
    assert command("PayOrder").route is None
    assert command("Restock", ("- name: Restock\n", "- name: Restock\n            http: none\n")).route is None
    assert query("OpenOrders").route is None


def test_queries_have_routes_with_their_keys() -> None:
    by_customer = ("name: OpenOrders, from", "name: OpenOrders, roles: [clerk], by: [customer_id], from")
    timer = ('- {every: day at 03:00 UTC, for_each: OpenOrders, if: row.status == "placed", then: CancelOrder}', "")

    assert query("OrderById").route == ResolvedRoute("GET", "/orders/{order_id}", ("order_id",))
    assert query("OpenOrders", by_customer, timer).route == ResolvedRoute(
        "GET", "/open-orders/{customer_id}", ("customer_id",)
    )


def test_an_event_gets_what_is_written_and_the_rest_from_command_and_state() -> None:
    (emit,) = command("PlaceOrder").emits
    (captured,) = command("CapturePayment").emits

    assert {value.field: value.value.text for value in emit.values} == {
        "customer_id": "command.customer_id",
        "lines": "command.lines",
        "total": "sum(command.lines, line, line.price * line.quantity)",
    }
    assert {value.field: value.value.text for value in captured.values} == {
        "order_id": "state.order_id",
        "charge_id": "command.charge_id",
    }


def test_an_event_changes_the_state_by_copies_and_by_what_is_written() -> None:
    added, restocked = aggregate("Product").events

    assert [(effect.kind, effect.field, effect.value.text) for effect in added.effects] == [
        ("set", "sku", "event.sku"),
        ("set", "price", "event.price"),
    ]
    assert [(effect.kind, effect.field, effect.value.text) for effect in restocked.effects] == [
        ("set", "seen", "event.recorded_at"),
        ("add", "stock", "event.quantity"),
        ("add", "tags", "event.tag"),
    ]
    assert (added.creates, restocked.creates) == (True, False)


def test_a_key_says_where_the_id_of_something_new_comes_from() -> None:
    assert [(part.field, part.value.text) for part in command("AddProduct").key] == [("sku", "command.sku")]
    assert command("Restock").key == ()


def test_a_read_may_name_a_field_of_the_command_alone() -> None:
    (read,) = command("PlaceOrder").reads

    assert (read.name, read.aggregate, read.id.text) == ("product", "Product", "command.product_id")


def test_fields_have_types_limits_and_samples() -> None:
    stock = next(field for field in aggregate("Product").fields if field.name == "stock")
    lines = next(field for field in command("PlaceOrder").fields if field.name == "lines")

    assert (stock.type, stock.required, stock.has_default, stock.default) == (Scalar("integer"), False, True, 0)
    assert lines.type == ListOf(Record("Line"))
    assert isinstance(lines.valid, list)
    assert set(lines.valid[0]) == {"product_id", "quantity", "price"}


def test_rows_have_the_fields_of_the_state_and_more() -> None:
    columns = {column.name: type_text(column.type) for column in query("OrderById").columns}

    assert columns == {
        "customer_id": "id",
        "lines": "list of Line",
        "total": "money",
        "note": "optional text",
        "order_id": "ref Order",
        "status": "one of placed paid cancelled",
        "version": "integer",
        "created_at": "datetime",
        "updated_at": "datetime",
        "placed_at": "datetime",
        "paid_at": "optional datetime",
        "cancelled_at": "optional datetime",
    }


def test_a_time_column_knows_the_events_that_it_comes_from() -> None:
    columns = {column.name: column.from_events for column in query("OrderById").columns}

    assert columns["paid_at"] == ("OrderPaid",)
    assert columns["updated_at"] == ()


def test_the_caller_is_found_in_the_column_that_rules_compare_with_him() -> None:
    (key,) = query("MyOrders").by

    assert (key.column, key.is_caller) == ("customer_id", True)
    assert [parameter.name for parameter in query("MyOrders").parameters] == ["status"]


def test_the_column_of_the_caller_may_be_written_down() -> None:
    (key,) = query("MyOrders", ("by: [caller.id]", "by: [customer_id = caller.id]")).by

    assert (key.column, key.is_caller) == ("customer_id", True)


def test_parameters_say_where_they_are_and_what_they_may_be() -> None:
    (own_id,) = query("OrderById").parameters
    (status,) = query("MyOrders").parameters

    assert (own_id.place, own_id.required, own_id.type) == ("path", True, Ref("Order"))
    assert (status.place, status.required, status.valid) == ("query", False, "placed")
    assert status.type == OneOf(("placed", "paid", "cancelled"))


def test_a_policy_runs_a_command_with_the_id_and_the_fields_of_the_event() -> None:
    (policy,) = sales().policies
    (asked,) = shop().services[1].policies

    assert policy.names.pascal == "PayOrderWhenPaymentCaptured"
    assert policy.when == EventRef("payments", "Payment", "PaymentCaptured")
    assert policy.then.command == CommandRef("sales", "Order", "PayOrder")
    assert policy.then.id is not None
    assert policy.then.id.text == "event.order_id"
    assert asked.then.id is None
    assert {value.field: value.value.text for value in asked.then.values} == {
        "order_id": "event.order_id",
        "amount": "event.total",
    }


def test_for_each_row_the_row_says_which_instance() -> None:
    each = ("then: PayOrder}", "then: PayOrder}\n      - {when: OrderStuck, for_each: OpenOrders, then: PayOrder}")
    policy = sales(each).policies[1]

    assert policy.then.id is not None
    assert policy.then.id.text == "row.order_id"


def test_timers_are_seconds_times_and_schedules() -> None:
    after, every = sales().timers

    assert (after.after_seconds, after.unless, after.schedule) == (900, ("OrderPaid",), None)
    assert (every.schedule, every.timezone, every.when) == ("cron(0 3 * * ? *)", "UTC", None)
    assert every.for_each is not None
    assert every.for_each.query == "OpenOrders"
    assert every.then.id is not None
    assert every.then.id.text == "row.order_id"
    assert [after.names.pascal, every.names.pascal] == ["CancelOrderAfterOrderPlaced", "CancelOrderEveryDay"]


def test_a_call_fills_the_operation_and_its_answers() -> None:
    (call,) = shop().services[1].calls

    assert call.operation.path == "/charges/{reference}"
    assert {value.field: value.value.text for value in call.values} == {
        "reference": "event.payment_id",
        "amount": "event.amount",
    }
    assert call.ok is not None
    assert {value.field: value.value.text for value in call.ok.values} == {"charge_id": "result.charge_id"}
    assert call.failed is not None
    assert call.failed.id is not None
    assert call.failed.id.text == "event.payment_id"


def test_a_message_belongs_to_the_service_of_its_command_and_has_a_sample() -> None:
    first, second = shop().services
    (inbound,) = second.inbound

    assert first.inbound == ()
    assert inbound.names.pascal == "StripeRefunded"
    assert inbound.sample["payment"].startswith("0197f3a2-")
    assert inbound.sample["id"]


def test_a_nested_message_has_a_nested_sample() -> None:
    nested = ("message.payment}", "message.data.object.payment}, dedup: meta.id")
    (inbound,) = shop(nested).services[1].inbound

    assert set(inbound.sample) == {"data", "meta"}
    assert set(inbound.sample["data"]["object"]) == {"payment"}


def test_kinds_of_integrations_bring_their_operations() -> None:
    stripe, mail = shop().integrations

    assert [operation.names.snake for operation in stripe.operations] == ["capture"]
    assert [field.name for field in mail.operations[0].fields] == ["to", "subject", "body"]


def test_steps_have_kinds_and_names() -> None:
    (workflow,) = sales().workflows

    assert [(step.kind, step.names.snake) for step in workflow.steps] == [("call", "tell"), ("wait", "wait")]
    assert workflow.steps[1].seconds == 3_600


def test_optional_columns_follow_the_events_that_are_folded() -> None:
    note = next(column for column in query("MyOrders").columns if column.name == "note")

    assert note.type == Maybe(Scalar("text"))


def test_a_field_with_a_default_needs_no_value() -> None:
    with_default = (
        "creates: true, fields: {order_id: ref Order, amount: money}",
        "creates: true, fields: {order_id: ref Order, amount: money, tries: {type: integer, default: 1}}",
    )
    (policy,) = shop(with_default).services[1].policies

    assert [value.field for value in policy.then.values] == ["order_id", "amount"]
