"""Typed changes of a blueprint: made in its text, or tried on its plain values."""

from skafu.blueprint.changes.change import AddItem, Change, Place, RemoveItem, Rename, SetValue
from skafu.blueprint.changes.on_text import PlaceNotEditable, change_text, change_values
from skafu.blueprint.changes.places import NoSuchPlace, UnusableChange

__all__ = [
    "AddItem",
    "Change",
    "NoSuchPlace",
    "Place",
    "PlaceNotEditable",
    "RemoveItem",
    "Rename",
    "SetValue",
    "UnusableChange",
    "change_text",
    "change_values",
]
