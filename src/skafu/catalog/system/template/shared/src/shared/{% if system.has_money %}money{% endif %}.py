"""Amounts of money in whole minor units of one currency."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in minor units (cents) of a currency (three letters of ISO 4217)."""

    amount: int
    currency: str

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of some amounts of one currency."""
        result = NOTHING
        for one in amounts:
            result += one
        return result

    def __add__(self, other: Money) -> Money:
        """The sum of two amounts of one currency."""
        return Money(self.amount + other.amount, self._shared(other))

    def __sub__(self, other: Money) -> Money:
        """The difference of two amounts of one currency."""
        return Money(self.amount - other.amount, self._shared(other))

    def __neg__(self) -> Money:
        """A debit for a credit."""
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        """So many times the amount, rounded half to even."""
        return Money(round(self.amount * Fraction(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        """Whether it is less."""
        return bool(self._shared(other)) and self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        """Whether it is not more."""
        return bool(self._shared(other)) and self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        """Whether it is more."""
        return bool(self._shared(other)) and self.amount > other.amount

    def __ge__(self, other: Money) -> bool:
        """Whether it is not less."""
        return bool(self._shared(other)) and self.amount >= other.amount

    def _shared(self, other: Money) -> str:
        if other == NOTHING:
            return self.currency
        if self == NOTHING or self.currency == other.currency:
            return other.currency
        raise ValueError(f"{self.currency} and {other.currency} are different currencies")


NOTHING = Money(0, "XXX")
"""The sum of no amounts; ISO 4217 calls its currency "no currency", and it goes with every other."""
