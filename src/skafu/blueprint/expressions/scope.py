"""The names and types around an expression."""

from collections.abc import Mapping

import msgspec

from skafu.blueprint.expressions.kinds import AnyType, FieldsType, Kind
from skafu.blueprint.types import Type

Root = Type | AnyType | Mapping[str, Type]
"""What a root is: a value of a type, anything (a message without declared fields), or fields by name."""


class Scope(msgspec.Struct, frozen=True):
    """The names that an expression may use.

    `roots` are the names it may start with, `records` the fields of the value types that types name:
    `Scope({"command": {"lines": ListOf(Record("OrderLine"))}, "now": Scalar("datetime")}, {"OrderLine": {...}})`.
    """

    roots: Mapping[str, Root]
    records: Mapping[str, Mapping[str, Type]] = {}

    def root(self, name: str) -> Kind | None:
        """The kind of a root, or None when there is no such name."""
        root = self.roots.get(name)
        return FieldsType(name, dict(root)) if isinstance(root, Mapping) else root
