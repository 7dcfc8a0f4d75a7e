"""How an event says which of its fields are personal, and whose they are."""

from functools import cache
from typing import Annotated, Final, get_args, get_origin, get_type_hints

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.events import Event

ERASED: Final = "(erased)"
"""What a personal text reads as once its subject has been erased."""


class Personal(msgspec.Struct, frozen=True):
    """Marks a field as personal: `mail: Annotated[str, Personal(subject="user_id")]`.

    Attributes:
        subject: the field of the same event that holds the id of the person.
        erased: what the field reads as once the person has been erased; it fits the type of the field.
    """

    subject: str
    erased: str | int | float | bool | None = ERASED


class PersonalField(msgspec.Struct, frozen=True):
    """A personal field as it stands in JSON, the attribute with the id of its subject, and what it reads as erased."""

    name: str
    subject: str
    erased: object


@cache
def personal_fields(event: type[Event]) -> tuple[PersonalField, ...]:
    """The personal fields of a type of event.

    Raises:
        Invalid: a subject is no field of the event or is personal itself, or what is read after an erasure does not
            fit the type.
    """
    hints = get_type_hints(event, include_extras=True)
    marked = {name: found for name, hint in hints.items() if (found := _mark(hint)) is not None}
    names = dict(zip(event.__struct_fields__, event.__struct_encode_fields__, strict=True))
    for name, mark in marked.items():
        place = f"the personal field {event.__name__}.{name}"
        if mark.subject not in names or mark.subject in marked:
            raise Invalid(f"{place} names no subject: {mark.subject!r}", fix="name a field that holds an opaque id")
        _check_fits(place, mark.erased, hints[name])
    return tuple(PersonalField(names[name], mark.subject, mark.erased) for name, mark in marked.items())


def _mark(hint: object) -> Personal | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((each for each in get_args(hint)[1:] if isinstance(each, Personal)), None)


def _check_fits(place: str, erased: object, hint: object) -> None:
    try:
        msgspec.convert(erased, hint)
    except msgspec.ValidationError as error:
        raise Invalid(
            f"{place} cannot read as {erased!r} once it is erased: {error}", fix="give `erased` a value that fits"
        ) from error
