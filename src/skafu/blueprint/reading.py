"""Text to a typed blueprint; everything that is wrong with its shape is said at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skafu.blueprint.document import Document, Note, placed
from skafu.blueprint.findings import BlueprintInvalid, Location, listed
from skafu.blueprint.model import Blueprint
from skafu.blueprint.naming import names_of
from skafu.blueprint.problems import did_you_mean, nearest
from skafu.blueprint.shape import inside, keys_of, part_at
from skafu.blueprint.versions import NewerFormat, upgrade
from skafu.blueprint.yaml_source import Source, decode, parse

_KINDS = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "none_required": "nothing",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of keys to values",
}
_KINDS |= {f"{kind}_parsing": _KINDS[f"{kind}_type"] for kind in ("bool", "int", "float")}
_LIMITS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} of them",
}
_PATTERNS = {
    "^[a-z][a-z0-9]*(-": ("kebab", "a name in kebab-case, such as order-desk"),
    "^[a-z][a-z0-9]*(_": ("snake", "a name in snake_case, such as order_id"),
    "^[A-Z]": ("pascal", "a name in PascalCase, such as PlaceOrder"),
    "^((GET": ("", "a method and a path, such as POST /orders/:order_id/cancel, or none"),
    "^([a-z][a-z0-9_]*( ?=": ("", "a column, caller.id, or both as in owner_id = caller.id"),
    "^[a-z]{2}(-": ("", "an AWS region, such as eu-west-1"),
}


def read(text: str | bytes, *, file: str = "skafu.yaml") -> Document:
    """Read a blueprint.

    Args:
        text: YAML 1.2, as text or as UTF-8; at most 1 MB.
        file: the name that findings carry.

    Returns:
        The typed blueprint with the position of each value.

    Raises:
        BlueprintInvalid: with every finding about syntax and shape; what the blueprint means is for `check`.
    """
    source = parse(decode(text, file=file), file=file)
    if not isinstance(source.values, dict):
        note = Note("wrong_shape", "error", (), "a blueprint is a mapping of keys to values, such as name: bookstore")
        raise BlueprintInvalid([placed(note, source.values, source, file)])
    try:
        source = msgspec.structs.replace(source, values=upgrade(source.values))
    except NewerFormat as error:
        note = Note("format_version", "error", ("skafu",), str(error), fix="Install the newest Skafu.")
        raise BlueprintInvalid([placed(note, source.values, source, file)]) from None
    return Document(_validated(source, file), source, file)


def from_values(values: Mapping[str, Any], *, file: str = "") -> Document:
    """Take plain values as a blueprint that was never a file.

    Raises:
        BlueprintInvalid: with every finding about their shape.
    """
    source = Source(upgrade(dict(values)), {}, {}, ("",), ())
    return Document(_validated(source, file), source, file)


def _validated(source: Source, file: str) -> Blueprint:
    try:
        return Blueprint.model_validate(source.values)
    except ValidationError as error:
        notes = _notes(error.errors(include_url=False), source.values)
        raise BlueprintInvalid(
            sorted(
                (placed(note, source.values, source, file) for note in notes),
                key=lambda finding: (finding.line, finding.column),
            )
        ) from None


def _notes(errors: Iterable[ErrorDetails], values: object) -> list[Note]:
    """Translate pydantic's errors; the ones about members of one union become one note."""
    by_place: dict[tuple[Location, bool], list[Note]] = {}
    for error in errors:
        place, at_key = _place(error["loc"], values)
        by_place.setdefault((place, at_key), []).append(_note(error, place, values, at_key=at_key))
    notes = [_merged(alternatives) for alternatives in by_place.values()]
    meant = {(note.location[:-1], note.nearest) for note in notes if note.code == "unknown_key"}
    broken = {note.location[:depth] for note in notes for depth in range(len(note.location))}
    return [
        note
        for note in notes
        if not (note.code == "missing_key" and (note.location[:-1], note.location[-1]) in meant)
        and not (note.code == "too_few" and note.location in broken)
    ]


def _place(parts: tuple[int | str, ...], values: object) -> tuple[Location, bool]:
    """Leave the names of union members out of a location: what is in the values counts, and a last key that is not."""
    place: list[int | str] = []
    here = values
    for index, part in enumerate(parts):
        if isinstance(here, dict) and (part in here or index == len(parts) - 1) and part != "[key]":
            place.append(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            place.append(part)
            here = here[part]
    return tuple(place), parts[-1] == "[key]"


def _note(error: ErrorDetails, place: Location, values: object, *, at_key: bool) -> Note:
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return Note("missing_key", "error", place, f"the key {place[-1]} is missing", fix=f"Add {place[-1]}.")
    if kind == "literal_error":
        return _no_choice(error, place)
    if kind == "string_pattern_mismatch":
        return _no_name(error, place, at_key=at_key)
    said = _shown(_value(values, place))
    if kind in _LIMITS:
        expected = _LIMITS[kind].format(**error.get("ctx", {}))
        code = "too_few" if kind == "too_short" else "wrong_value"
        return Note(code, "error", place, f"expected {expected}, got {said}", expected, at_key=at_key)
    expected = _KINDS.get(kind, error["msg"])
    if kind == "model_type" and error["loc"][-1] == "long":
        expected = f"a text or {expected}"
    fix = "Write it in quotes." if kind == "string_type" and said not in {"a list", "a mapping"} else ""
    return Note("wrong_shape", "error", place, f"expected {expected}, got {said}", expected, fix=fix, at_key=at_key)


def _unknown_key(place: Location) -> Note:
    part = part_at(place[:-1])
    keys = keys_of(part) if part else ()
    near = nearest(str(place[-1]), keys)
    message = f"the key {place[-1]} is not known here{did_you_mean(near)}"
    fix = f"Write {near}." if near else "Remove it."
    return Note("unknown_key", "error", place, message, listed(keys, limit=40), near, fix, at_key=True)


def _no_choice(error: ErrorDetails, place: Location) -> Note:
    choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    near = nearest(str(error["input"]), choices)
    message = f"{_shown(error['input'])} is not one of {listed(choices)}{did_you_mean(near)}"
    return Note("wrong_value", "error", place, message, listed(choices), near, f"Write {near or listed(choices)}.")


def _no_name(error: ErrorDetails, place: Location, *, at_key: bool) -> Note:
    pattern = error["ctx"]["pattern"]
    case, expected = next((words for start, words in _PATTERNS.items() if pattern.startswith(start)), ("", pattern))
    written = str(place[-1] if at_key else error["input"])
    near = str(getattr(names_of(written), case)) if case and written[:1].isalpha() else ""
    message = f"{_shown(written)} is not {expected}{did_you_mean(near)}"
    return Note("wrong_name", "error", place, message, expected, near, f"Write {near}." if near else "", at_key=at_key)


def _merged(alternatives: list[Note]) -> Note:
    first = alternatives[0]
    kinds = list(dict.fromkeys(note.expected for note in alternatives))
    if len(kinds) < 2 or first.code != "wrong_shape":
        return first
    got = first.message.rpartition(", got ")[2]
    return msgspec.structs.replace(
        first, expected=listed(kinds), message=f"expected {listed(kinds)}, got {got}", fix=""
    )


def _value(values: object, place: Location) -> object:
    for step in place:
        values = inside(values, step)
    return values


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
    return str(value)
