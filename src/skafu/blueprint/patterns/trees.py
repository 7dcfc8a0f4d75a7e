"""The tree of a pattern, and the sets of characters at its leaves."""

from collections.abc import Iterable

import msgspec

from skafu.kernel.errors import Invalid

LAST = 0x10FFFF
Ranges = tuple[tuple[int, int], ...]
"""Code points from the first to the second, both included; in order, and apart from each other."""


class PatternInvalid(Invalid):
    """A pattern is not in the grammar, or takes too long to match; `offset` is the place in it, from 0."""

    def __init__(self, message: str, offset: int = 0, *, fix: str = "") -> None:
        """Take the words for people, and the place."""
        super().__init__(message, fix=fix)
        self.offset = offset


class Characters(msgspec.Struct, frozen=True):
    """One character out of a set; `offset` is where it stands in the pattern."""

    ranges: Ranges
    offset: int


class Sequence(msgspec.Struct, frozen=True):
    """One after the other; nothing at all where there are no parts."""

    parts: tuple["Tree", ...]


class Choice(msgspec.Struct, frozen=True):
    """One of several."""

    options: tuple["Tree", ...]


class Repeat(msgspec.Struct, frozen=True):
    """Again and again, `least` to `most` times; without an upper limit where `most` is none."""

    inner: "Tree"
    least: int
    most: int | None


Tree = Characters | Sequence | Choice | Repeat


def may_be_empty(tree: Tree) -> bool:
    """Whether a tree matches the empty text."""
    match tree:
        case Characters():
            return False
        case Sequence(parts):
            return all(may_be_empty(part) for part in parts)
        case Choice(options):
            return any(may_be_empty(option) for option in options)
        case Repeat(inner, least, _):
            return least == 0 or may_be_empty(inner)


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Bring ranges in order, and join those that touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def others(ranges: Ranges) -> Ranges:
    """Give every other character."""
    found, after = [], 0
    for low, high in ranges:
        if after < low:
            found.append((after, low - 1))
        after = high + 1
    return (*found, (after, LAST)) if after <= LAST else tuple(found)
