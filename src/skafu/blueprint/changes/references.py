"""Where the blueprint speaks of an element by its name, so that a rename reaches all of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from skafu.blueprint.changes.places import UnusableChange, value_at
from skafu.blueprint.findings import Location
from skafu.blueprint.shape import NAMING_KEYS

EVENT_KEYS = frozenset({"emits", "event", "from", "when", "unless", "starts", "wait_for"})
COMMAND_KEYS = frozenset({"then", "ok", "failed", "do", "undo"})
RULE_KEYS = frozenset({"allow", "rule", "if"})
ACROSS_KEYS = frozenset({"when", "starts", "wait_for", "then"})

SAID_KEYS = frozenset({"name", "summary", "message", "code"})
"""What stands below them is for people, or is a name itself; below `fields` they are fields."""

Told = Callable[[str, str], str]
"""From the key under which a text stands and the text to what it is after the rename."""


class Renamed(msgspec.Struct, frozen=True):
    """What a rename changes: texts at their locations, and keys."""

    values: dict[Location, str]
    keys: tuple[Location, ...] = ()


def renamed(values: object, location: Location, to: str) -> Renamed:
    """Find everything that follows a new name.

    Args:
        values: the plain values of the blueprint.
        location: of a named element, of a word in a list, or of a key.
        to: the new name.

    Raises:
        UnusableChange: what stands there has no name.
    """
    if not location:
        raise UnusableChange("the whole blueprint is renamed by its key `name`", fix="set the value of name")
    here = value_at(values, location)
    if isinstance(location[-1], str):
        return Renamed({}, (location,))
    if isinstance(here, str):
        own, old = location, here
    else:
        key = next((key for key in NAMING_KEYS if isinstance(here, Mapping) and isinstance(here.get(key), str)), None)
        if key is None:
            raise UnusableChange("what stands there has no name", fix="set the value of one of its keys")
        own, old = (*location, key), here[key]
    found = dict(_followers(values, location, old, to))
    return Renamed({**found, own: to})


def _followers(values: object, location: Location, old: str, new: str) -> Iterator[tuple[Location, str]]:
    told = _told(values, location, old, new)
    if told is None:
        return
    home = _home(location)
    for place, key, text in texts_of(values):
        if key in SAID_KEYS and place[-2:-1] not in {("fields",), ("returns",)}:
            continue
        after = told(key, text) if place[: len(home)] == home else _from_outside(values, home, key, text, told)
        if after != text:
            yield place, after


def texts_of(values: Any, place: Location = (), key: str = "") -> Iterator[tuple[Location, str, str]]:  # noqa: ANN401
    """Every text with its location and the key that it stands under, lists passed over."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from texts_of(value, (*place, name), name)
    elif isinstance(values, list):
        for at, item in enumerate(values):
            yield from texts_of(item, (*place, at), key)
    elif isinstance(values, str):
        yield place, key, values


def _home(location: Location) -> Location:
    """The service or aggregate inside of which a name stands for itself; nothing where it does so everywhere."""
    if location[:1] != ("services",) or len(location) < 4:
        return ()
    depth = {"commands": 2, "events": 2, "queries": 2, "value_types": 2, "states": 4}
    return location[: depth.get(str(location[-2]), 0)]


def _from_outside(values: object, home: Location, key: str, text: str, told: Told) -> str:
    """How another service speaks of what is in the service at home: with its name before it."""
    service = value_at(values, (*home[:2], "name"))
    owner, dot, name = text.rpartition(".")
    if key in ACROSS_KEYS and dot and owner == service:
        return f"{owner}.{told(key, name)}"
    return text


def _told(values: object, location: Location, old: str, new: str) -> Told | None:
    """How texts follow, by the kind of what is renamed."""
    kind = location[-2] if len(location) > 1 else ""
    match kind:
        case "events":
            return _words(EVENT_KEYS, old, new, value_at(values, (*location[:2], "name")))
        case "commands":
            return _words(COMMAND_KEYS, old, new, value_at(values, (*location[:2], "name")))
        case "queries":
            return _words(frozenset({"for_each"}), old, new)
        case "services":
            return lambda key, text: f"{new}{text[len(old) :]}" if _begins(key, text, old, ACROSS_KEYS) else text
        case "integrations":
            return lambda key, text: f"{new}{text[len(old) :]}" if _begins(key, text, old, {"call"}) else text
        case "operations":
            owner = value_at(values, (*location[:2], "name"))
            return _words(frozenset({"call"}), f"{owner}.{old}", f"{owner}.{new}")
        case "value_types" | "aggregates":
            return _in_types(old, new)
        case "roles":
            return _quoted_or_word({"roles", "sign_up"}, {"allow"}, old, new)
        case "states":
            return _quoted_or_word({"in", "to"}, RULE_KEYS, old, new)
    return None


def _words(keys: frozenset[str], old: str, new: str, service: str = "") -> Told:
    def told(key: str, text: str) -> str:
        if key not in keys:
            return text
        return {old: new, f"{service}.{old}": f"{service}.{new}"}.get(text, text)

    return told


def _begins(key: str, text: str, old: str, keys: frozenset[str] | set[str]) -> bool:
    return key in keys and text.startswith(f"{old}.")


def _in_types(old: str, new: str) -> Told:
    """Types are written below any key; `list of Line`, `ref Order`, and reads as `Order(order_id)`."""
    word = re.compile(rf"(^|\bof |\bref |\boptional ){re.escape(old)}(?=$|\()")
    return lambda _key, text: word.sub(rf"\g<1>{new}", text)


def _quoted_or_word(keys: set[str], rules: frozenset[str] | set[str], old: str, new: str) -> Told:
    quoted = re.compile(rf"([\"']){re.escape(old)}\1")

    def told(key: str, text: str) -> str:
        if key in rules:
            return quoted.sub(rf"\g<1>{new}\g<1>", text)
        return new if key in keys and text == old else text

    return told
