"""Amounts of money in minor units, with the currency that they are in."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in minor units (cents) of a currency (ISO 4217)."""

    amount: int
    currency: str = "EUR"

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of some amounts of one currency; nothing of the default currency when there are none."""
        result: Money | None = None
        for one in amounts:
            result = one if result is None else result + one
        return result or cls(0)

    def __add__(self, other: Money) -> Money:
        """The sum of two amounts of one currency."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """The difference of two amounts of one currency."""
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        """So many times the amount, rounded half to even."""
        return Money(int((self.amount * Decimal(factor)).to_integral_value(ROUND_HALF_EVEN)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        """Whether it is less."""
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        """Whether it is not more."""
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        """Whether it is more."""
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        """Whether it is not less."""
        return self.amount >= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be compared or added")
        return other.amount
