"""What is wrong in a piece of text of a blueprint, and which name its author may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong in a text, at `offset` (characters from its start) for `length` characters.

    `message` is complete in itself; `expected`, `nearest` and `fix` are its parts for machines, empty when unknown.
    """

    offset: int
    length: int
    message: str
    expected: str = ""
    nearest: str = ""
    fix: str = ""


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Find the candidate that `name` was probably meant to be.

    Args:
        name: the name that was written.
        candidates: the names that are valid in its place.

    Returns:
        The most similar candidate, upper and lower case being equal, or "" when none is similar.
    """
    by_folded = {candidate.lower(): candidate for candidate in sorted(candidates, reverse=True)}
    found = get_close_matches(name.lower()[:100], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def did_you_mean(name: str) -> str:
    """End a message with the nearest name: "; did you mean OrderPlaced?", or nothing when there is none."""
    return f"; did you mean {name}?" if name else ""
