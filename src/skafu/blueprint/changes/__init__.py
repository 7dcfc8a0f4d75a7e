"""Typed changes of a blueprint: made in its text, or tried on its plain values.

Each name is imported when it is first asked for: who only passes changes on does not wait for the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skafu.blueprint.changes.advice import Advice
    from skafu.blueprint.changes.change import AddItem, Change, Changes, Place, RemoveItem, Rename, SetValue
    from skafu.blueprint.changes.on_text import PlaceNotEditable, change_text, change_values
    from skafu.blueprint.changes.places import NoSuchPlace, UnusableChange

__all__ = [
    "AddItem",
    "Advice",
    "Change",
    "Changes",
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

_HOMES = dict.fromkeys(("AddItem", "Change", "Changes", "Place", "RemoveItem", "Rename", "SetValue"), "change")
_HOMES |= dict.fromkeys(("PlaceNotEditable", "change_text", "change_values"), "on_text")
_HOMES |= {"Advice": "advice", "NoSuchPlace": "places", "UnusableChange": "places"}


def __getattr__(name: str) -> object:
    """Import a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
