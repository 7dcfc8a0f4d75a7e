"""Types of fields that check what clients send, and the checks that types can't say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

IdText = Annotated[str, Meta(min_length=1, max_length=128)]
EmailText = Annotated[str, Meta(pattern=r"\A[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z", max_length=254)]
PhoneText = Annotated[str, Meta(pattern=r"\A\+[1-9][0-9]{5,14}\Z")]
UrlText = Annotated[str, Meta(pattern=r"\Ahttps?://\S+\Z", max_length=2000)]
ZonedTime = Annotated[datetime, Meta(tz=True)]
DIGITS = 28
"""How many digits a decimal may have, and before or behind the point: what arithmetic keeps."""


def in_utc(record: Struct, *names: str) -> None:
    """Move the times in some fields of a record to UTC, so that they compare and sort by what they mean.

    Raises:
        ValueError: a time is at the edge of what Python counts.
    """
    for name in names:
        try:
            force_setattr(record, name, _moved(getattr(record, name)))
        except OverflowError as error:
            raise ValueError(f"{name} is too far away") from error


def _moved(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return tuple(_moved(one) for one in value) if isinstance(value, tuple) else value


def exact(record: Struct, *names: str) -> None:
    """Refuse decimals that nobody can count with: not finite, with too many digits or a huge exponent.

    Raises:
        ValueError: with the name of the field.
    """
    for name in names:
        for value in _decimals(getattr(record, name)):
            if not value.is_finite() or abs(value.adjusted()) > DIGITS or len(value.as_tuple().digits) > DIGITS:
                raise ValueError(f"{name} must be a number of at most {DIGITS} digits")


def _decimals(value: Any) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _decimals(one)
