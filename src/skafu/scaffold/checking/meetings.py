"""Which answers to two questions were tried together: rows of bits, since 600 questions have 700,000 such pairs."""

from collections.abc import Iterable, Mapping
from itertools import product

Level = tuple[str, str]
"""A question, and the key of one of its answers."""


class Meetings:
    """Remembers which answers have met."""

    def __init__(self) -> None:
        """Start without any."""
        self._bits: dict[Level, int] = {}
        self._met: dict[Level, int] = {}

    def bits(self, levels: Iterable[Level]) -> int:
        """Give answers as a set that `missing` takes."""
        found = 0
        for level in levels:
            found |= self._bits.setdefault(level, 1 << len(self._bits))
        return found

    def note(self, plan: Mapping[str, str]) -> None:
        """Remember that the answers of a plan have met."""
        together = self.bits(plan.items())
        for level in plan.items():
            self._met[level] = self._met.get(level, 0) | together

    def missing(self, level: Level, others: int) -> int:
        """Give those of a set that an answer has not met, as a set."""
        return others & ~self._met.get(level, 0)

    def first_open(self, levels: Mapping[str, Iterable[str]]) -> tuple[Level, Level] | None:
        """Give two answers that have not met, by the names of their questions; None when all have.

        Args:
            levels: of each question, the keys of its answers.
        """
        own = {name: self.bits((name, key) for key in keys) for name, keys in levels.items()}
        names, later = sorted(levels), sum(own.values())
        for at, one in enumerate(names):
            later &= ~own[one]
            if any(self.missing((one, key), later) for key in levels[one]):
                for other in names[at + 1 :]:
                    for key, other_key in product(levels[one], levels[other]):
                        if self.missing((one, key), self.bits([(other, other_key)])):
                            return (one, key), (other, other_key)
        return None
