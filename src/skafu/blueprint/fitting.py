"""JSON values held against types and limits: what a generated system accepts, and what it refuses as malformed."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from skafu.blueprint.expressions.values import decode_value
from skafu.blueprint.resolved import ResolvedField
from skafu.blueprint.samples import JsonValue, Limits
from skafu.blueprint.types import ListOf, Maybe, Record, Ref, Scalar, Type
from skafu.kernel.errors import Invalid

TEXT_SHAPES = {
    "email": re.compile(r"(?=.{,254}\Z)[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", re.DOTALL),
    "url": re.compile(r"(?=.{,2000}\Z)https?://\S+", re.DOTALL),
    "phone": re.compile(r"\+[1-9][0-9]{5,14}"),
    "id": re.compile(r".{1,128}", re.DOTALL),
    "file": re.compile(r".{1,128}", re.DOTALL),
}
"""What texts with a meaning look like, and how long they may be; phone numbers as in E.164."""

DECIMAL = Scalar("decimal")
ValueTypes = Mapping[str, tuple[ResolvedField, ...]]


class Unfit(Invalid):
    """A value is not what a field takes."""


def fitted(values: JsonValue, fields: tuple[ResolvedField, ...], value_types: ValueTypes) -> dict[str, Any]:
    """Turn a JSON mapping into the values of fields, the absent ones by their default, or null.

    Args:
        values: what was sent.
        fields: what is taken; anything else is refused.
        value_types: the fields of each value type.

    Raises:
        Unfit: with the first field that does not fit, and why.
    """
    if not isinstance(values, Mapping):
        raise Unfit("expected a mapping")
    known = {field.name for field in fields}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Unfit(f"unknown: {', '.join(unknown)}")
    return {field.name: _field(values, field, value_types) for field in fields}


def keeps_to(value: JsonValue, type_: Type, limits: Limits) -> bool:
    """Whether a value of the right type keeps to its limits, and to the shape that its type has."""
    inner = type_.item if isinstance(type_, Maybe) else type_
    if value is None:
        return True
    shape = _shape(inner)
    if shape and not shape.fullmatch(value):
        return False
    if limits.pattern is not None and not re.fullmatch(limits.pattern, value):
        return False
    if limits.min is None and limits.max is None:
        return True
    size = Decimal(str(value)) if inner == DECIMAL else _size(value)
    low, high = (_exact(limits.min), _exact(limits.max)) if inner == DECIMAL else (limits.min, limits.max)
    return (low is None or size >= low) and (high is None or size <= high)


def _exact(limit: float | None) -> Decimal | None:
    """A limit of decimals as it was written."""
    return None if limit is None else Decimal(str(limit))


def limits_of(field: ResolvedField) -> Limits:
    """Give the limits of a field."""
    return Limits(field.min, field.max, field.pattern)


def _field(values: Mapping[str, JsonValue], field: ResolvedField, value_types: ValueTypes) -> Any:  # noqa: ANN401
    if field.name not in values:
        if field.required:
            raise Unfit(f"{field.name} is missing")
        value = field.default
        return _decoded(value, field.type, value_types) if field.has_default else None
    value = values[field.name]
    try:
        decoded = _decoded(value, field.type, value_types)
        fits = keeps_to(value, field.type, limits_of(field))
    except (Invalid, TypeError) as error:
        raise Unfit(f"{field.name}: {error}") from None
    if not fits:
        raise Unfit(f"{field.name}: {value!r:.60} is out of its limits")
    return decoded


def _decoded(value: JsonValue, type_: Type, value_types: ValueTypes) -> Any:  # noqa: ANN401
    match type_:
        case Maybe(item):
            return None if value is None else _decoded(value, item, value_types)
        case ListOf(item) if isinstance(value, list | tuple):
            if not all(keeps_to(part, item, Limits()) for part in value):
                raise Unfit("an item has the wrong form")
            return tuple(_decoded(part, item, value_types) for part in value)
        case Record(name):
            return fitted(value, value_types[name], value_types)
        case _:
            return decode_value(type_, value)


def _shape(type_: Type) -> re.Pattern[str] | None:
    if isinstance(type_, Ref):
        return TEXT_SHAPES["id"]
    return TEXT_SHAPES.get(type_.name) if isinstance(type_, Scalar) else None


def _size(value: JsonValue) -> float:
    if isinstance(value, dict) and "amount" in value:
        return float(value["amount"])
    return len(value) if isinstance(value, str | list | tuple | dict) else float(value)
