"""Fields, values and the access that elements share, resolved."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.types import Type

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class ResolvedField(msgspec.Struct, frozen=True):
    """A field with its type, limits and samples: a valid value, and invalid ones with the reason in words.

    Samples are JSON values as a client sends them: decimals are numbers, money is an amount in minor units and a
    currency, times are texts in RFC 3339, durations in ISO 8601. A field that is not `required` may be absent: it is
    optional, or has a default. `min` and `max` limit a number, minor units of money, the length of a text, the items of
    a list; a text matches its `pattern` as a whole.
    """

    name: str
    type: Type
    required: bool
    personal: bool = False
    min: int | float | None = None
    max: int | float | None = None
    pattern: str | None = None
    default: Any = None
    has_default: bool = False
    summary: str = ""
    valid: Any = None
    invalid: tuple[tuple[str, Any], ...] = ()


class Assignment(msgspec.Struct, frozen=True):
    """A field and the expression that gives its value."""

    field: str
    value: Checked


class ResolvedRoute(msgspec.Struct, frozen=True):
    """An HTTP route below `/api/v1`; the path has parameters as `{order_id}`."""

    method: Method
    path: str
    parameters: tuple[str, ...]


class Access(msgspec.Struct, frozen=True):
    """Who may use a route: everybody, or the roles, and of these the ones that `allow` lets in."""

    public: bool
    roles: tuple[str, ...]
    allow: Checked | None


class ResolvedValueType(msgspec.Struct, frozen=True):
    """A record of fields."""

    names: Names
    summary: str
    fields: tuple[ResolvedField, ...]
