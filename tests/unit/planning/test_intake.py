"""What is no English description is refused, with the reason and what to do."""

import pytest

from skafu.kernel.errors import Invalid
from skafu.planning import plan


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("asdf qwer", "too few English words"),
        ("asdf qwer zxcv lkjh poiu mnbv", "too few English words"),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit", "too few English words"),
        ("\x00\x01\x02 orders", "binary"),
        ("\ufffd\ufffd\ufffd\ufffd orders \ufffd\ufffd", "binary"),
        ("42 17 3.14", "no words"),
        ("!!! ??? ...", "no words"),
        ("Kunden bestellen Bücher und das Lager verschickt sie.", "German"),
        ("Los clientes hacen pedidos y el almacén los envía.", "Spanish"),
        ("Les clients passent des commandes et l'entrepôt les expédie.", "French"),
        ("Клиенты заказывают книги", "not in English"),
        ("顧客が本を注文します", "not in English"),
        ("We do things.", "nothing that a system could do"),
        ("hello world", "nothing that a system could do"),
    ],
)
def test_it_is_refused_with_the_reason_and_a_fix(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(text)

    assert reason in refused.value.message
    assert refused.value.fix


def test_a_hundred_kilobytes_are_read_and_one_byte_more_is_refused() -> None:
    sentence = "Customers place orders. "
    text = (sentence * 5000)[:100_000]

    assert plan(text).blueprint.services
    with pytest.raises(Invalid, match="100 kB"):
        plan(text + "x")


def test_bytes_of_wide_characters_count() -> None:
    with pytest.raises(Invalid, match="100 kB"):
        plan("ä" * 60_000)


def test_german_names_in_an_english_text_do_no_harm() -> None:
    found = plan(
        "Customers of the Buchhandlung Müller order books, and the Lager ships the orders to Straße and Platz."
    )

    assert [command.name for command in found.blueprint.services[0].aggregates[0].commands]


@pytest.mark.parametrize(
    "text",
    [
        "I love pizza.",
        "The weather is nice today.",
        "The cat sat on the mat.",
        "I am tired and my back hurts.",
        "Hello world",
    ],
)
def test_sentences_without_a_system_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="names nothing that a system could do"):
        plan(text)


@pytest.mark.parametrize("text", ["recipes", "pizza delivery", "I need an app for my dog.", "It's about invoices."])
def test_a_few_words_about_a_system_are_enough(text: str) -> None:
    assert plan(text).blueprint.services[0].aggregates
