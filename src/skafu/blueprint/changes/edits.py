"""What a change comes down to: values put, inserted, deleted and keys written anew at locations that are there."""

from collections.abc import Sequence
from typing import Any

import msgspec

from skafu.blueprint.changes.change import AddItem, Change, Place, Plain, RemoveItem, Rename, SetValue
from skafu.blueprint.changes.places import NoSuchPlace, UnusableChange, known_part, located, step_in, value_at
from skafu.blueprint.changes.references import renamed
from skafu.blueprint.findings import Location


class Put(msgspec.Struct, frozen=True):
    """A value for a key or index that is there, or for a new key of a mapping that is there."""

    at: Location
    value: Plain


class Insert(msgspec.Struct, frozen=True):
    """A new item of a list that is there, before the item that now has the index."""

    to: Location
    index: int
    value: Plain


class Delete(msgspec.Struct, frozen=True):
    """A key or item that goes; others stay beside it."""

    at: Location


class Rekey(msgspec.Struct, frozen=True):
    """Another word for a key."""

    at: Location
    key: str


Edit = Put | Insert | Delete | Rekey


def edits_of(values: object, change: Change) -> Sequence[Edit]:
    """Say what a change does to these values; all of it on the values as they are, keys last.

    Raises:
        NoSuchPlace: the change is about something that is not there.
        UnusableChange: it makes no sense where it is.
    """
    match change:
        case SetValue(at, value):
            return [_put(values, at, value)]
        case AddItem():
            return [_add(values, change)]
        case RemoveItem(at):
            return [Delete(_pruned(values, located(values, at)))]
        case Rename(at, to):
            found = renamed(values, located(values, at), to)
            puts = [Put(place, value) for place, value in found.values.items()]
            return [*puts, *(Rekey(place, to) for place in found.keys)]


def applied(values: Any, edits: Sequence[Edit]) -> Any:  # noqa: ANN401
    """The values after edits; those that were given stay as they are."""
    for edit in edits:
        match edit:
            case Put(at, value):
                values = _changed(values, at, value)
            case Insert(to, index, value):
                items = value_at(values, to)
                values = _changed(values, to, [*items[:index], value, *items[index:]])
            case Delete(at):
                values = _changed(values, at[:-1], _without(value_at(values, at[:-1]), at[-1]))
            case Rekey(at, key):
                holder = value_at(values, at[:-1])
                values = _changed(
                    values, at[:-1], {key if name == at[-1] else name: value for name, value in holder.items()}
                )
    return values


def _put(values: object, at: Place, value: Plain) -> Put:
    if not at:
        raise UnusableChange("a change of the whole blueprint is none", fix="say which part of it changes")
    try:
        return Put(located(values, at), value)
    except NoSuchPlace:
        there, missing = known_part(values, at)
    if any(isinstance(step, int) for step in missing) or isinstance(value_at(values, there), list):
        raise NoSuchPlace(at)
    for key in reversed(missing[1:]):
        value = {key: value}
    if not isinstance(value_at(values, there), dict):
        raise NoSuchPlace(at)
    return Put((*there, missing[0]), value)


def _add(values: object, change: AddItem) -> Edit:
    there, missing = known_part(values, change.to)
    if missing:
        return _put(values, change.to, [change.value])
    items = value_at(values, there)
    if not isinstance(items, list):
        raise UnusableChange(f"{'.'.join(map(str, change.to))} is no list", fix="set its value instead")
    if change.before is None:
        return Insert(there, len(items), change.value)
    index = step_in(items, change.before)
    if not isinstance(index, int):
        raise NoSuchPlace((*change.to, change.before))
    return Insert(there, index, change.value)


def _pruned(values: object, location: Location) -> Location:
    """The outermost place that has nothing else in it."""
    if not location:
        raise UnusableChange("the whole blueprint can't be removed", fix="say which part of it goes")
    while len(location) > 1 and len(value_at(values, location[:-1])) == 1:
        location = location[:-1]
    return location


def _changed(values: Any, at: Location, value: Plain) -> Any:  # noqa: ANN401
    if not at:
        return value
    head, rest = at[0], at[1:]
    if isinstance(values, list):
        return [_changed(item, rest, value) if index == head else item for index, item in enumerate(values)]
    return {**values, head: _changed(values.get(head), rest, value)}


def _without(holder: Any, step: str | int) -> Any:  # noqa: ANN401
    if isinstance(holder, list):
        return [item for index, item in enumerate(holder) if index != step]
    return {key: value for key, value in holder.items() if key != step}
