"""Money as expressions and generated systems count it: whole minor units of one currency."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Self

import msgspec

from skafu.blueprint.expressions.errors import DifferentCurrencies

CURRENCY = r"\A[A-Z]{3}\Z"
NO_CURRENCY = "XXX"
"""ISO 4217's code for "no currency": the sum of nothing; such a zero goes with every currency."""


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in minor units (cents) of a currency (three letters of ISO 4217).

    Adding, subtracting and ordering need equal currencies and raise DifferentCurrencies otherwise; two amounts in
    different currencies are not equal. A factor may be an integer or a decimal; the product is rounded half to even.
    """

    amount: int
    currency: Annotated[str, msgspec.Meta(pattern=CURRENCY)]

    @classmethod
    def total(cls, amounts: Iterable[Self]) -> Self:
        """Add up; nothing adds up to zero of no currency."""
        total = cls(0, NO_CURRENCY)
        for amount in amounts:
            total += amount
        return total

    def __add__(self, other: Self) -> Self:
        """Add an amount of the same currency."""
        return type(self)(self.amount + other.amount, self._shared(other))

    def __sub__(self, other: Self) -> Self:
        """Take off an amount of the same currency."""
        return type(self)(self.amount - other.amount, self._shared(other))

    def __neg__(self) -> Self:
        """Turn a debit into a credit."""
        return type(self)(-self.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> Self:
        """Multiply exactly, then round half to even to whole minor units."""
        return type(self)(round(self.amount * Fraction(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Self) -> bool:
        """Compare amounts of the same currency."""
        return bool(self._shared(other)) and self.amount < other.amount

    def __le__(self, other: Self) -> bool:
        """Compare amounts of the same currency."""
        return bool(self._shared(other)) and self.amount <= other.amount

    def __gt__(self, other: Self) -> bool:
        """Compare amounts of the same currency."""
        return bool(self._shared(other)) and self.amount > other.amount

    def __ge__(self, other: Self) -> bool:
        """Compare amounts of the same currency."""
        return bool(self._shared(other)) and self.amount >= other.amount

    def _shared(self, other: Self) -> str:
        """The currency of both."""
        if not isinstance(other, Money):
            raise TypeError(f"expected money, got {type(other).__name__}")
        if other == Money(0, NO_CURRENCY):
            return self.currency
        if self.currency == other.currency or self == Money(0, NO_CURRENCY):
            return other.currency
        raise DifferentCurrencies(f"{self.currency} and {other.currency} are different currencies")
