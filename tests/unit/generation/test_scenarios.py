"""Scenarios of generated tests: played by the simulation, named by what they show."""

import pytest
from small_systems import aggregate_of, service_of, system_of

from skafu.blueprint import System
from skafu.blueprint.resolved import Move
from skafu.blueprint.simulation import SYSTEM, Simulation
from skafu.generation.query_scenarios import query_scenario_view
from skafu.generation.scenarios import Scenario, scenario_of, scenario_view, scenarios_of
from skafu.generation.stage import Stage

SHOP = """\
- name: shop
  aggregates:
    - name: Book
      fields: {price: integer}
      commands:
        - {name: AddBook, creates: true, roles: [clerk], fields: {price: {type: integer, min: 1}}, emits: [BookAdded]}
      events: [{name: BookAdded, fields: {price: integer}}]
    - name: Cart
      states: [open, closed]
      fields: {customer_id: id, paid: {type: integer, default: 0}}
      commands:
        - name: StartCart
          creates: true
          roles: [member]
          emits: [{event: CartStarted, with: {customer_id: caller.id}}]
        - name: BuyBook
          http: POST /carts/:cart_id/books
          roles: [member]
          in: [open]
          allow: caller.id == state.customer_id
          fields: {book_id: ref Book, price: integer}
          reads: {book: Book(command.book_id)}
          invariants: [{code: price_changed, rule: command.price == book.price, message: The price is another.}]
          emits: [BookBought]
        - {name: CloseCart, in: [open], emits: [CartClosed]}
      events:
        - {name: CartStarted, to: open, fields: {customer_id: id}}
        - {name: BookBought, fields: {book_id: ref Book, price: integer}, add: {paid: event.price}}
        - {name: CartClosed, to: closed}
  queries:
    - name: MyCarts
      http: GET /my/carts
      roles: [member]
      by: [customer_id = caller.id]
      from: [CartStarted, BookBought, CartClosed]
      sort: open_at
    - name: CartById
      http: GET /carts/:cart_id
      roles: [member]
      allow: row.customer_id == caller.id
      from: [CartStarted, CartClosed]
      returns: one
    - {name: Books, public: true, from: [BookAdded]}
"""


@pytest.fixture(scope="module")
def system() -> System:
    return system_of(SHOP)


@pytest.fixture(scope="module")
def simulation(system: System) -> Simulation:
    return Simulation(service_of(system))


@pytest.fixture(scope="module")
def scenarios(system: System, simulation: Simulation) -> dict[str, Scenario]:
    return {one.name: one for one in scenarios_of(simulation, aggregate_of(system, "Cart"))}


def test_each_command_each_rule_and_each_wrong_state_is_told_once(scenarios: dict[str, Scenario]) -> None:
    assert sorted(scenarios) == [
        "buy_book_is_accepted",
        "buy_book_is_refused_when_closed",
        "buy_book_is_refused_with_price_changed",
        "close_cart_is_accepted",
        "close_cart_is_refused_when_closed",
        "start_cart_is_accepted",
    ]


def test_outcomes_are_what_the_names_say(scenarios: dict[str, Scenario]) -> None:
    outcomes = {name: one.refusal or [told.event for told in one.events] for name, one in scenarios.items()}
    assert outcomes["buy_book_is_accepted"] == ["BookBought"]
    assert outcomes["buy_book_is_refused_when_closed"] == "wrong_state"
    assert outcomes["buy_book_is_refused_with_price_changed"] == "price_changed"


def test_the_past_of_the_instance_and_of_what_its_rules_look_at(scenarios: dict[str, Scenario]) -> None:
    bought = scenarios["buy_book_is_accepted"]
    assert bought.instance_id == "cart-1"
    assert [one.event for one in bought.past] == ["CartStarted"]
    assert bought.past[0].data == {"customer_id": bought.caller.id}
    aggregate, instance_id, past = bought.reads["book"]
    assert (aggregate, instance_id) == ("Book", "book-1")
    assert [one.event for one in past] == ["BookAdded"]
    assert bought.body["book_id"] == "book-1"
    assert past[0].data["price"] == bought.body["price"]


def test_a_command_that_nobody_can_call_is_run_by_the_system(scenarios: dict[str, Scenario]) -> None:
    assert scenarios["close_cart_is_accepted"].caller is SYSTEM


def test_the_view_separates_the_path_from_the_body(scenarios: dict[str, Scenario], simulation: Simulation) -> None:
    view = scenario_view(scenarios["buy_book_is_accepted"], simulation)
    assert view["path"] == '{"cart_id": "cart-1"}'
    assert set(eval(view["sent"])) == {"book_id", "price"}  # noqa: S307
    assert view["event_list"] == '["BookBought"]'
    assert view["reads"][0]["constants"] == "BOOKS"
    assert view["caller"].startswith('Caller("')


def test_a_second_instance_is_known_by_its_id(simulation: Simulation) -> None:
    add = Move("AddBook", "book", "caller", ("clerk",), {"price": 5}, 0)
    other = Move("AddBook", "other_book", "caller", ("clerk",), {"price": 7}, 0)
    start = Move("StartCart", "cart", "caller", ("member",), {}, 0)
    buy = Move("BuyBook", "cart", "caller", ("member",), {"book_id": "$other_book", "price": 7}, 0)
    played = scenario_of(simulation, (add, other, start, buy), "second")
    assert played.refusal is None
    assert played.reads["book"][1] == "other-book-1"


def test_time_goes_on_by_the_waits_of_the_moves(simulation: Simulation) -> None:
    stage = Stage(simulation)
    first = stage.play(Move("AddBook", "book", "caller", ("clerk",), {"price": 5}, 0))
    second = stage.play(Move("StartCart", "cart", "caller", ("member",), {}, 3600))
    assert first.now == "2026-03-14T09:30:01+00:00"
    assert second.now == "2026-03-14T10:30:02+00:00"


def test_rows_are_asked_for_by_somebody_who_may_see_them(system: System, simulation: Simulation) -> None:
    queries = {one.names.pascal: query_scenario_view(one, simulation) for one in service_of(system).queries}
    mine, one, books = queries["MyCarts"], queries["CartById"], queries["Books"]
    assert mine is not None
    assert one is not None
    assert books is not None
    owner = eval(mine["past"][0]["data"])["customer_id"]  # noqa: S307
    assert (mine["user"], one["user"]) == (owner, owner)
    assert one["path"] == '{"cart_id": "cart-1"}'
    assert mine["path"] == "{}"
    assert books["roles"] == ""


def test_the_row_is_of_the_instance_that_was_played_last(simulation: Simulation, system: System) -> None:
    stage = Stage(simulation)
    stage.play(Move("StartCart", "cart", "caller", ("member",), {}, 0))
    stage.play(Move("AddBook", "book", "caller", ("clerk",), {"price": 5}, 0))
    last = stage.play(Move("BuyBook", "cart", "caller", ("member",), {"book_id": "$book", "price": 5}, 0))
    query = service_of(system).queries[0]
    row = stage.row(query, last.instance_id)
    assert row is not None
    assert (row["cart_id"], row["paid"]) == ("cart-1", 5)
    assert stage.row(query, "nobody") is None
