"""Plausible valid values and telling invalid ones for every type, always the same for the same field."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from skafu.blueprint.naming import split
from skafu.blueprint.patterns import matching
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, Type

Number = int | float
JsonValue = Any
"""A value as `json.loads` gives it."""


class Limits(msgspec.Struct, frozen=True):
    """What a value must keep to besides its type."""

    min: Number | None = None
    max: Number | None = None
    pattern: str | None = None


Samples = Mapping[str, Mapping[str, Any]]
"""A valid JSON value of each value type."""

_TEXTS = {
    "title": "The first of many",
    "name": "Ada Lovelace",
    "label": "Home",
    "note": "Please ring twice.",
    "comment": "Well done.",
    "description": "Small, blue, and in good order.",
    "reason": "It arrived too late.",
    "feedback": "Clear and to the point.",
    "subject": "Your request",
    "body": "Thank you, we have received it.",
    "message": "Thank you, we have received it.",
    "text": "Thank you, we have received it.",
    "street": "12 Rose Lane",
    "address": "12 Rose Lane, Cambridge",
    "city": "Cambridge",
    "country": "GB",
    "postcode": "CB2 1TN",
    "author": "Ada Lovelace",
    "isbn": "9780141439600",
    "sku": "BLUE-12",
    "color": "blue",
    "colour": "blue",
    "currency": "EUR",
    "language": "en",
    "code": "A-1024",
    "number": "2026-0042",
    "reference": "2026-0042",
    "tracking": "JD0146000034",
    "location": "North hall",
    "site": "North",
    "room": "B 12",
}
_INTEGERS = {"quantity": 2, "capacity": 12, "amount": 3, "stars": 4, "rating": 4, "page": 1, "year": 2026, "count": 3}
_DECIMALS = {"temperature": 4.5, "humidity": 61.5, "weight": 1.25, "rate": 0.05, "percent": 5.5}
_FIXED: dict[str, Any] = {
    "boolean": True,
    "date": "2026-03-14",
    "datetime": "2026-03-14T09:30:00Z",
    "duration": "PT45M",
    "email": "ada@example.com",
    "url": "https://example.com/ada",
    "phone": "+441632960123",
}
_WRONG: dict[str, tuple[tuple[str, Any], ...]] = {
    "text": (("a number instead of a text", 17),),
    "boolean": (("no boolean", "perhaps"), ("a number instead of a boolean", 1)),
    "date": (("no date", "2026-02-30"), ("a time instead of a date", "2026-02-28T10:00:00Z")),
    "datetime": (("no datetime", "yesterday"), ("a time without offset", "2026-03-14T09:30:00")),
    "duration": (("no duration", "a while"),),
    "email": (("no email", "ada"),),
    "url": (("no url", "nowhere"),),
    "phone": (("no phone", "call me"),),
    "integer": (("no integer", 1.5), ("a text instead of an integer", "3")),
    "decimal": (("no decimal", "a lot"), ("not a number", "NaN"), ("a huge exponent", "1E+999")),
    "money": (
        ("no money", 12),
        ("half a minor unit", {"amount": 0.5, "currency": "EUR"}),
        ("no currency of ISO 4217", {"amount": 100, "currency": "euro"}),
    ),
}
DEFAULT_MONEY = 1250
MADE_UP = "0197f3a2-"
"""What made-up ids start with."""


def sample_id(of: str) -> str:
    """Give a made-up id in the form of a UUIDv7, the same for the same word."""
    digest = hashlib.sha256(of.encode()).hexdigest()
    return f"{MADE_UP}{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


def valid(name: str, type_: Type, limits: Limits, samples: Samples) -> JsonValue:
    """Give a plausible JSON value for a field.

    Args:
        name: of the field; `city` becomes a city.
        type_: of the field; an optional one gets a value too.
        limits: that the value keeps to.
        samples: of the value types that the type names.

    Raises:
        NoMatch: no text for the pattern was found.
    """
    match type_:
        case Maybe(item):
            return valid(name, item, limits, samples)
        case ListOf(item):
            return [_item(name, item, at, samples) for at in range(int(_fit(1, limits)))]
        case Record(record):
            return dict(samples.get(record, {}))
        case OneOf(options):
            return options[0]
        case Ref(aggregate):
            return sample_id(aggregate)
        case Scalar(scalar):
            return _scalar(name, scalar, limits)


def invalid(type_: Type, limits: Limits, samples: Samples) -> tuple[tuple[str, Any], ...]:
    """Give JSON values that the type or its limits refuse, each with the reason."""
    match type_:
        case Maybe(item):
            return invalid(item, limits, samples)
        case ListOf(item):
            return tuple(_wrong_lists(item, limits, samples))
        case Record(record):
            extra = {**samples.get(record, {}), "unheard_of": 1}
            return (("a text instead of a mapping", "everything"), ("a field that is not known", extra))
        case OneOf():
            return (("none of the words", "none-of-these"), ("a number instead of a word", 17))
        case Ref() | Scalar("id" | "file"):
            return (("a number instead of an id", 17), ("an empty id", ""), ("an endless id", "x" * 129))
        case Scalar(scalar):
            return (*_WRONG[scalar], *_out_of_limits(scalar, limits))


def _item(name: str, item: Type, at: int, samples: Samples) -> JsonValue:
    if isinstance(item, Scalar) and item.name == "id":
        return sample_id(f"{name}{at or ''}")
    return valid(name, item, Limits(), samples)


def _scalar(name: str, scalar: str, limits: Limits) -> JsonValue:
    match scalar:
        case "id" | "file":
            return sample_id(name)
        case "text":
            return _text(name, limits)
        case "integer":
            return int(_fit(_by_word(name, _INTEGERS, 3), limits))
        case "decimal":
            return _fit(_by_word(name, _DECIMALS, 12.5), limits)
        case "money":
            return {"amount": int(_fit(DEFAULT_MONEY, limits)), "currency": "EUR"}
        case _:
            return _FIXED[scalar]


def _text(name: str, limits: Limits) -> str:
    least = int(limits.min or 0)
    if limits.pattern is not None:
        return matching(limits.pattern, least=least)
    text = str(_by_word(name, _TEXTS, f"Some {' '.join(split(name))}"))
    while len(text) < least:
        text += f" {text}"
    return text if limits.max is None else text[: int(limits.max)].strip().ljust(least, "x")


def _by_word(name: str, table: Mapping[str, Any], otherwise: JsonValue) -> JsonValue:
    return next((table[word] for word in reversed(split(name)) if word in table), otherwise)


def _fit(value: Number, limits: Limits) -> Number:
    if limits.min is not None:
        value = max(value, limits.min)
    return value if limits.max is None else min(value, limits.max)


def _wrong_lists(item: Type, limits: Limits, samples: Samples) -> list[tuple[str, Any]]:
    one = valid("item", item, Limits(), samples)
    wrong: list[tuple[str, Any]] = [("a text instead of a list", "everything")]
    wrong += [(f"an item that is {reason}", [value]) for reason, value in invalid(item, Limits(), samples)[:1]]
    if limits.min:
        wrong.append((f"fewer than {limits.min:g} items", [one] * (int(limits.min) - 1)))
    if limits.max is not None:
        wrong.append((f"more than {limits.max:g} items", [one] * (int(limits.max) + 1)))
    return wrong


def _out_of_limits(scalar: str, limits: Limits) -> list[tuple[str, Any]]:
    wrong: list[tuple[str, Any]] = []
    if limits.min is not None and (scalar != "text" or limits.min > 0):
        wrong.append((f"less than {limits.min:g}", _sized(scalar, limits.min - 1)))
    if limits.max is not None:
        wrong.append((f"more than {limits.max:g}", _sized(scalar, limits.max + 1)))
    if limits.pattern is not None:
        wrong.append(("not in its pattern", "\u00a7 \u00a7"))
    return wrong


def _sized(scalar: str, size: Number) -> JsonValue:
    match scalar:
        case "money":
            return {"amount": int(size), "currency": "EUR"}
        case "integer" | "decimal":
            return size
        case _:
            return "x" * int(size)
