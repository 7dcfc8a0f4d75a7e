"""One name in every case, and what routes make of it."""

import pytest

from skafu.blueprint.naming import names_of, plural, verb_of


@pytest.mark.parametrize(
    ("name", "pascal", "snake", "kebab", "words", "plurals"),
    [
        ("PlaceOrder", "PlaceOrder", "place_order", "place-order", "place order", "place-orders"),
        ("order_line", "OrderLine", "order_line", "order-line", "order line", "order-lines"),
        ("cold-chain", "ColdChain", "cold_chain", "cold-chain", "cold chain", "cold-chains"),
        ("HTTPCall", "HTTPCall", "http_call", "http-call", "http call", "http-calls"),
        ("V2Order", "V2Order", "v2_order", "v2-order", "v2 order", "v2-orders"),
        ("Category", "Category", "category", "category", "category", "categories"),
    ],
)
def test_every_case(name: str, pascal: str, snake: str, kebab: str, words: str, plurals: str) -> None:
    names = names_of(name)

    assert (names.pascal, names.snake, names.kebab, names.words, names.plural) == (pascal, snake, kebab, words, plurals)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("box", "boxes"),
        ("day", "days"),
        ("person", "people"),
        ("series", "series"),
        ("class", "classes"),
        ("dish", "dishes"),
    ],
)
def test_plurals(word: str, expected: str) -> None:
    assert plural(word) == expected


@pytest.mark.parametrize(
    ("command", "aggregate", "verb"),
    [
        ("CancelOrder", "Order", "cancel"),
        ("AddTaskToList", "TodoList", "add-task-to"),
        ("RecordNoShow", "GymClass", "record-no-show"),
        ("Register", "Trader", "register"),
        ("MoveOrderAway", "Order", "move-away"),
    ],
)
def test_the_verb_of_a_command(command: str, aggregate: str, verb: str) -> None:
    assert verb_of(command, aggregate) == verb


@pytest.mark.parametrize("name", ["team-2", "v2order", "a-2b", "shop-2-go", "x1-y-22"])
def test_a_kebab_name_with_digits_stays_as_it_is(name: str) -> None:
    names = names_of(name)
    assert (names.kebab, names.snake) == (name, name.replace("-", "_"))
    assert names_of(names.snake).kebab == name
