"""Money is whole minor units of one currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.blueprint.expressions import DifferentCurrencies, Money


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "factor", "product"),
    [
        (5, "0.5", 2),
        (15, "0.5", 8),
        (-5, "0.5", -2),
        (101, "0.19", 19),
        (10**17 + 1, "0.5", 5 * 10**16),
        (3, "0.3333333333333333333333333333", 1),
    ],
)
def test_a_product_is_exact_and_then_rounded_half_to_even(amount: int, factor: str, product: int) -> None:
    assert euros(amount) * Decimal(factor) == euros(product)
    assert Decimal(factor) * euros(amount) == euros(product)


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_a_total_is_the_sum_of_the_amounts(amounts: list[int]) -> None:
    total = Money.total(euros(amount) for amount in amounts)
    assert total == (euros(sum(amounts)) if amounts else Money(0, "XXX"))


def test_nothing_goes_with_every_currency() -> None:
    nothing = Money.total([])
    assert nothing + euros(5) == euros(5) - nothing == euros(5)
    assert nothing < euros(1)
    assert euros(0) <= nothing


def test_arithmetic_and_order() -> None:
    assert euros(5) - euros(7) == -euros(2) == euros(-1) * 2
    assert euros(1) < euros(2) <= euros(2)
    assert euros(3) > euros(2) >= euros(2)
    assert max(euros(1), euros(3), euros(2)) == euros(3)


def test_currencies_do_not_mix() -> None:
    assert euros(0) != Money(0, "USD")
    for operation in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(DifferentCurrencies, match="EUR and USD are different currencies"):
            operation(euros(0), Money(0, "USD"))
