"""Three-way merging of plain values: mappings by key, lists by what their items are called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What a YAML, TOML or JSON document holds.
Plain = Any

ABSENT: Plain = object()
_NAMES = ("id", "name", "repo", "key", "uses", "path")
_LONGEST_NAME = 200


class Clash(Exception):
    """Both sides changed one value, each in its way."""


def merge_values(base: Plain, ours: Plain, theirs: Plain) -> Plain:
    """Merge three versions of a value; ABSENT stands for one that is not there.

    Raises:
        Clash: both sides changed it, each in its way.
    """
    if _same(ours, theirs) or _same(base, theirs):
        return ours
    if _same(base, ours):
        return theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return _merge_mappings(base if isinstance(base, Mapping) else {}, ours, theirs)
    if isinstance(ours, list) and isinstance(theirs, list) and isinstance(base, list):
        return _merge_lists(base, ours, theirs)
    raise Clash


def _same(one: Plain, other: Plain) -> bool:
    """Whether two values are one, also in their types: 1 is not true, and not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _merge_mappings(
    base: Mapping[Plain, Plain], ours: Mapping[Plain, Plain], theirs: Mapping[Plain, Plain]
) -> dict[Plain, Plain]:
    merged = {}
    for key in interleaved(list(ours), list(theirs)):
        value = merge_values(*(side.get(key, ABSENT) for side in (base, ours, theirs)))
        if value is not ABSENT:
            merged[key] = value
    return merged


def interleaved(ours: Sequence[Plain], theirs: Sequence[Plain]) -> list[Plain]:
    """All keys: ours in their order, each further one of theirs behind the key that it stands behind there."""
    keys = list(ours)
    before: Plain = ABSENT
    for key in theirs:
        if key not in keys:
            at = keys.index(before) + 1 if before is not ABSENT else 0
            # Behind what was added by hand there: a comment stays with the line below it.
            keys.insert(next((place for place in range(at, len(keys)) if keys[place] in theirs), len(keys)), key)
        before = key
    return keys


@dataclass(frozen=True, slots=True)
class _Named:
    """The items of a list, each by what it is called."""

    items: dict[str, Plain]

    @classmethod
    def of(cls, values: Iterable[Plain]) -> "_Named":
        items: dict[str, Plain] = {}
        for value in values:
            name = name_of(value)
            if not name or name in items:
                raise Clash
            items[name] = value
        return cls(items)


def name_of(value: Plain) -> str:
    """What an item of a list is called: a text by its first word, a mapping by its name; empty when by nothing."""
    if isinstance(value, Mapping):
        found = next(((key, value[key]) for key in _NAMES if isinstance(value.get(key), str)), None)
        return f"{found[0]}={found[1]}" if found else ""
    if isinstance(value, str):
        return _requirement(value)[:_LONGEST_NAME]
    return "" if isinstance(value, list) or value is None else f"{type(value).__name__} {value}"


def _requirement(text: str) -> str:
    """The name in a requirement such as `requests>=2`: two versions of one are no two items."""
    for at, letter in enumerate(text):
        if letter in "<>=!~^@;[ ":
            return text[:at].casefold() or text
    return text


def _merge_lists(base: list[Plain], ours: list[Plain], theirs: list[Plain]) -> list[Plain]:
    sides = [_Named.of(one).items for one in (base, ours, theirs)]
    merged = _merge_mappings(*sides)
    if _reordered(sides[0], sides[1]) or _reordered(sides[0], sides[2]):
        raise Clash
    return list(merged.values())


def _reordered(base: Mapping[str, Plain], side: Mapping[str, Plain]) -> bool:
    return [name for name in base if name in side] != [name for name in side if name in base]
