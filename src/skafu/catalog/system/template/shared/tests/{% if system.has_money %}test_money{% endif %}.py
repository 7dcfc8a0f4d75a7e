from decimal import Decimal

import pytest

from shared.money import NOTHING, Money


def test_amounts_of_one_currency_are_counted() -> None:
    assert Money(150, "EUR") + Money(50, "EUR") == Money(200, "EUR")
    assert Money(150, "EUR") - Money(50, "EUR") == Money(100, "EUR")
    assert 3 * Money(150, "EUR") == Money(450, "EUR")
    assert Money(5, "EUR") * Decimal("0.5") == Money(2, "EUR")
    assert Money.total([Money(1, "USD"), Money(2, "USD")]) == Money(3, "USD")
    assert Money.total([]) == NOTHING
    assert NOTHING + Money(1, "USD") == Money(1, "USD")
    assert Money(3, "EUR") + -Money(1, "EUR") == Money(2, "EUR")


def test_amounts_are_ordered() -> None:
    less, more = Money(1, "EUR"), Money(2, "EUR")
    assert less < more
    assert less <= more
    assert more > less
    assert more >= less


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
