"""Types of fields, parsed from their text."""

from typing import Literal

import msgspec

ScalarName = Literal[
    "id", "text", "integer", "decimal", "money", "boolean", "date", "datetime",
    "duration", "email", "url", "phone", "file",
]  # fmt: skip
SCALARS: tuple[ScalarName, ...] = ScalarName.__args__  # type: ignore[attr-defined]


class Scalar(msgspec.Struct, frozen=True, tag="scalar"):
    """A built-in type; `money` is an amount in minor units and a currency, `file` a reference to an upload."""

    name: ScalarName


class OneOf(msgspec.Struct, frozen=True, tag="one_of"):
    """One of a few words."""

    options: tuple[str, ...]


class Ref(msgspec.Struct, frozen=True, tag="ref"):
    """The id of an aggregate of any service."""

    aggregate: str


class Record(msgspec.Struct, frozen=True, tag="record"):
    """A value type of the service."""

    name: str


class ListOf(msgspec.Struct, frozen=True, tag="list"):
    """Any number of items, in order."""

    item: "Type"


class Maybe(msgspec.Struct, frozen=True, tag="optional"):
    """A value that may be absent."""

    item: "Type"


Type = Scalar | OneOf | Ref | Record | ListOf | Maybe
