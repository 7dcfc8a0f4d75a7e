"""Counts the ways in which a text can be read by a pattern: what has too many may take time without end.

Positions of characters and what may follow them are those of Glushkov's automaton (V. M. Glushkov, The abstract theory
of automata, 1961), with each way counted where two lead to the same place. A matcher that goes back and tries again
walks, for each beginning of a text, each way at most once.
"""

from collections import Counter, deque
from itertools import chain

import msgspec

from skafu.blueprint.patterns.trees import Characters, Choice, PatternInvalid, Repeat, Sequence, Tree

MAX_POSITIONS = 500
MAX_WAYS = 64
MAX_STEPS = 300_000
_SHOWN = 20
_FIX = "Let it be clear at each character which part it belongs to, such as [^-]+(-[^-]+)* for parts with dashes."


class Patience(msgspec.Struct):
    """How much may be looked at in all patterns of a blueprint, and in one of them."""

    steps: int = 4_000_000
    here: int = MAX_STEPS

    def take(self, steps: int) -> None:
        """Count.

        Raises:
            PatternInvalid: that was too much.
        """
        self.steps -= steps
        self.here -= steps
        if self.steps < 0:
            raise PatternInvalid("the patterns of the blueprint are too many and too complicated", fix=_FIX)
        if self.here < 0:
            raise PatternInvalid("the pattern is too complicated to be sure that it can be matched in time", fix=_FIX)


def refuse_many_ways(tree: Tree, patience: Patience) -> None:
    """See that each beginning of a text can be read in few ways.

    Raises:
        PatternInvalid: in too many, or the pattern is too large to tell.
    """
    size = _size(tree)
    if size > MAX_POSITIONS:
        message = f"with its repetitions the pattern has {size} characters, at most {MAX_POSITIONS} are allowed"
        raise PatternInvalid(message, fix="Count less in the pattern; min and max of the field limit its length.")
    patience.here = MAX_STEPS
    _Walk(tree, patience).walk()


def _size(tree: Tree) -> int:
    match tree:
        case Characters():
            return 1
        case Sequence(parts) | Choice(parts):
            return sum(map(_size, parts))
        case Repeat(inner, least, most):
            return _size(inner) * max(least if most is None else most, 1)


class _Part(msgspec.Struct, frozen=True):
    """A part of the automaton: whether it may be empty, and at which positions it begins and ends."""

    empty: bool
    first: tuple[int, ...]
    last: tuple[int, ...]


_NOTHING = _Part(empty=True, first=(), last=())


class _Automaton:
    """Positions of characters, and in how many ways one follows another."""

    def __init__(self, tree: Tree, patience: Patience) -> None:
        self._patience = patience
        self.positions: list[Characters] = []
        self.follow: list[Counter[int]] = []
        self.first = self._part(tree).first

    def _part(self, tree: Tree) -> _Part:
        match tree:
            case Characters():
                self.positions.append(tree)
                self.follow.append(Counter())
                here = (len(self.positions) - 1,)
                return _Part(empty=False, first=here, last=here)
            case Sequence(parts):
                found = _NOTHING
                for part in parts:
                    found = self._then(found, self._part(part))
                return found
            case Choice(options):
                return _either([self._part(option) for option in options])
            case Repeat():
                return self._repeat(tree)

    def _repeat(self, tree: Repeat) -> _Part:
        """Write a{2,4} as aa(a(a)?)?, and a{2,} as aa+."""
        copies = [self._part(tree.inner) for _ in range(max(tree.least if tree.most is None else tree.most, 1))]
        if tree.most is None:
            self._follow(copies[-1], copies[-1])
        needed = tree.least
        if tree.most is None and needed == 0:
            return _optional(copies[0])
        found = _NOTHING
        for copy in reversed(copies[needed:]):
            found = _optional(self._then(copy, found))
        for copy in reversed(copies[:needed]):
            found = self._then(copy, found)
        return found

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._follow(one, other)
        return _Part(
            empty=one.empty and other.empty,
            first=one.first + other.first if one.empty else one.first,
            last=one.last + other.last if other.empty else other.last,
        )

    def _follow(self, one: _Part, other: _Part) -> None:
        self._patience.take(len(one.last) * len(other.first))
        for position in one.last:
            self.follow[position].update(other.first)


def _either(parts: list[_Part]) -> _Part:
    return _Part(
        empty=any(part.empty for part in parts),
        first=tuple(chain.from_iterable(part.first for part in parts)),
        last=tuple(chain.from_iterable(part.last for part in parts)),
    )


def _optional(part: _Part) -> _Part:
    return _Part(empty=True, first=part.first, last=part.last)


Ways = tuple[tuple[int, int], ...]
"""Position -> in how many ways it can be reached, in order of positions."""


class _Walk:
    """Goes through everything that a text can lead to, and counts the ways."""

    def __init__(self, tree: Tree, patience: Patience) -> None:
        self._patience = patience
        self._automaton = _Automaton(tree, patience)
        self._letters = _letters(self._automaton.positions, patience)

    def walk(self) -> None:
        start = self._next(Counter(self._automaton.first), "")
        seen = {ways for ways, _ in start}
        waiting = deque(start)
        while waiting:
            ways, text = waiting.popleft()
            following: Counter[int] = Counter()
            for position, count in ways:
                for after, ways_after in self._automaton.follow[position].items():
                    following[after] += count * ways_after
            self._patience.take(len(following) + sum(len(self._automaton.follow[position]) for position, _ in ways))
            for found, read in self._next(following, text):
                if found not in seen:
                    seen.add(found)
                    waiting.append((found, read))

    def _next(self, reachable: Counter[int], text: str) -> list[tuple[Ways, str]]:
        """Split what can follow by the next character of the text."""
        by_letter: dict[str, dict[int, int]] = {}
        for position, count in sorted(reachable.items()):
            letters = self._letters[position]
            self._patience.take(len(letters))
            for letter in letters:
                by_letter.setdefault(letter, {})[position] = count
        for letter, counts in by_letter.items():
            if sum(counts.values()) > MAX_WAYS:
                raise self._too_many(counts, text + letter)
        return [(tuple(counts.items()), text + letter) for letter, counts in by_letter.items()]

    def _too_many(self, counts: dict[int, int], text: str) -> PatternInvalid:
        most = max(counts, key=lambda position: (counts[position], -position))
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        message = f"a text that starts with {shown!r} can be matched in more than {MAX_WAYS} ways"
        return PatternInvalid(message, self._automaton.positions[most].offset, fix=_FIX)


def _letters(positions: list[Characters], patience: Patience) -> list[tuple[str, ...]]:
    """Give for each position the characters that it matches, one for all that no position tells apart."""
    edges = sorted({edge for each in positions for low, high in each.ranges for edge in (low, high + 1)})
    told: dict[tuple[bool, ...], int] = {}
    sets = sorted({each.ranges for each in positions})
    patience.take(len(edges) * len(sets))
    for edge in edges:
        told.setdefault(tuple(any(low <= edge <= high for low, high in ranges) for ranges in sets), edge)
    matched = {ranges: tuple(chr(edge) for marks, edge in told.items() if marks[at]) for at, ranges in enumerate(sets)}
    return [matched[each.ranges] for each in positions]
