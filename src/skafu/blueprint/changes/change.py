"""The few kinds of changes that a blueprint can be changed by: typed, each at a named place."""

from typing import Any

import msgspec

from skafu.blueprint.findings import Location

Place = Location
"""Keys, names of elements and indexes from the root: `("services", "sales", "aggregates", "Order", "summary")`."""

Plain = Any
"""A value that JSON can write."""


class SetValue(msgspec.Struct, frozen=True, tag="set_value", tag_field="kind"):
    """Let a place hold a value; mappings that are not there yet are made on the way."""

    at: Place
    value: Plain


class AddItem(msgspec.Struct, frozen=True, tag="add_item", tag_field="kind"):
    """Add an item to a list, at its end or before another item; a list that is not there yet is made."""

    to: Place
    value: Plain
    before: str | int | None = None


class RemoveItem(msgspec.Struct, frozen=True, tag="remove_item", tag_field="kind"):
    """Take a key or an item away, and the mapping or list around it when nothing else is in it."""

    at: Place


class Rename(msgspec.Struct, frozen=True, tag="rename", tag_field="kind"):
    """Give a named element, a word of a list or a key another name, and let what refers to an element follow."""

    at: Place
    to: str


Change = SetValue | AddItem | RemoveItem | Rename
"""One change; several are made one after the other, each on what the one before it left."""

Changes = tuple[Change, ...]
"""Changes in their order."""
