"""Values of types, between JSON and Python."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from skafu.blueprint.expressions.kinds import is_text
from skafu.blueprint.expressions.money import Money
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Scalar, Type, type_text
from skafu.kernel.errors import Invalid

Value = Any
"""A value of an expression: str, int, bool, Decimal, Money, date, datetime, timedelta, tuple, mapping, or None."""
MAX_DIGITS = 28
"""How many digits a decimal may have, and before or behind the point: more than this are not kept anyway."""

_PYTHON: dict[str, Any] = {
    "integer": int,
    "boolean": bool,
    "money": Money,
    "date": date,
    "datetime": datetime,
    "duration": timedelta,
}


def decode_value(type_: Type, value: Value, records: Mapping[str, Mapping[str, Type]] | None = None) -> Value:
    """Turn a JSON value into the Python value that expressions work with.

    Args:
        type_: what it should be.
        value: the JSON value: money as `{"amount": 500, "currency": "EUR"}`, decimals as numbers or texts, dates,
            datetimes (with an offset) and durations (`PT15M`) as ISO 8601.
        records: the fields of the value types that the type names.

    Returns:
        A str, int, bool, Decimal, Money, date, datetime in UTC, timedelta, a tuple of these, or a dict of fields in
        which every optional one is present, null where it is absent.

    Raises:
        Invalid: the value is not of the type.
    """
    match type_:
        case Maybe(item):
            return None if value is None else decode_value(item, value, records)
        case ListOf(item) if isinstance(value, list | tuple):
            return tuple(decode_value(item, part, records) for part in value)
        case Record(name) if isinstance(value, Mapping):
            return _fields(name, value, records or {})
        case OneOf(options) if value in options:
            return value
        case Scalar(name) if not is_text(type_):
            return _scalar(name, value)
        case _ if is_text(type_) and isinstance(value, str) and not isinstance(type_, OneOf):
            return value
        case _:
            raise _unlike(type_, value)


def encode_value(value: Value) -> Value:
    """Turn a value of an expression into JSON: the reverse of `decode_value`; decimals become texts."""
    if isinstance(value, Mapping):
        return {name: encode_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode_value(part) for part in value]
    return msgspec.to_builtins(value)


def _fields(name: str, value: Mapping[str, Value], records: Mapping[str, Mapping[str, Type]]) -> dict[str, Any]:
    fields = records.get(name)
    if fields is None:
        raise Invalid(f"the fields of {name} are not known")
    if unknown := sorted(value.keys() - fields.keys()):
        raise Invalid(f"{name} has no {', '.join(unknown)}")
    return {field: decode_value(type_, value.get(field), records) for field, type_ in fields.items()}


def _scalar(name: str, value: Value) -> Value:
    if name == "decimal":
        return _decimal(value)
    try:
        found = msgspec.convert(value, _PYTHON[name])
    except msgspec.ValidationError as error:
        raise Invalid(f"{value!r:.80} is no {name}: {error}") from error
    if isinstance(found, datetime):
        if found.tzinfo is None:
            raise Invalid(f"{value!r:.80} is no datetime: it has no offset from UTC", fix="end it with Z")
        return _in_utc(found)
    return found


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise Invalid(f"{moment.isoformat()} is too far away") from error


def _decimal(value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _unlike(Scalar("decimal"), value)
    try:
        found = Decimal(str(value))
    except ArithmeticError as error:
        raise _unlike(Scalar("decimal"), value) from error
    too_long = found.is_finite() and max(abs(found.adjusted()), len(found.as_tuple().digits)) > MAX_DIGITS
    if too_long or not found.is_finite():
        raise _unlike(Scalar("decimal"), value)
    return found


def _unlike(type_: Type, value: Value) -> Invalid:
    got = "null" if value is None else f"{value!r:.80}"
    return Invalid(f"expected {type_text(type_)}, got {got}")
