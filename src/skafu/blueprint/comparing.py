"""What two blueprints differ in, element by element."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

Change = Literal["added", "removed", "changed"]


class ElementChange(msgspec.Struct, frozen=True):
    """An element that only one blueprint has, or a value that differs.

    Attributes:
        path: the place in words, such as `services.ordering.aggregates.Order.fields.total`.
        change: what happened to it.
        before: the value, as plain data; nothing for what was added.
        after: the same, after the change.
    """

    path: str
    change: Change
    before: object = None
    after: object = None


def changes_between(before: object, after: object) -> tuple[ElementChange, ...]:
    """The changes that lead from one blueprint to another, in the order of the later one, what is gone at the end.

    Args:
        before: plain values, as `read` gives them in `Document.source.values`.
        after: the same of the later one.
    """
    return tuple(_between(before, after, ()))


def _between(before: object, after: object, place: tuple[str, ...]) -> Iterator[ElementChange]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield ElementChange(".".join(place), "changed", before, after)
        return
    for name, value in new.items():
        if name in old:
            yield from _between(old[name], value, (*place, name))
        else:
            yield ElementChange(".".join((*place, name)), "added", after=value)
    for name in old:
        if name not in new:
            yield ElementChange(".".join((*place, name)), "removed", before=old[name])


def _parts(value: object) -> dict[str, object] | None:
    """The named parts of a value: of a mapping, or of a list of elements that have names of their own."""
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    if isinstance(value, list) and all(isinstance(part, Mapping) and "name" in part for part in value):
        named = {str(part["name"]): part for part in value}
        return named if len(named) == len(value) else None
    return None
