"""Queries with their columns and keys, resolved."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.naming import Names
from skafu.blueprint.resolved.fields import Access, ResolvedRoute
from skafu.blueprint.types import Type


class Column(msgspec.Struct, frozen=True):
    """A column of a read model: a field of the state, or an implicit one (`status`, `created_at`, `placed_at`, ...).

    `from_events` are the events whose time the column holds. A column that a row may lack is optional.
    """

    name: str
    type: Type
    personal: bool
    implicit: bool
    from_events: tuple[str, ...] = ()


class KeyColumn(msgspec.Struct, frozen=True):
    """A column that rows are found by: its value is a parameter of the route, or the id of the caller."""

    column: str
    is_caller: bool = False


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a query's route, with a value that it may have (JSON)."""

    name: str
    type: Type
    place: Literal["path", "query"]
    required: bool
    valid: Any = None


class ResolvedQuery(msgspec.Struct, frozen=True):
    """A read model; `by` are its access keys, none means all rows.

    The row is the fold of the events in `sources` by the aggregate's own effects; its key is the aggregate's id.
    Pages also take `limit` (1 to 100, 20 without) and `cursor`. The rule of `access` may look at `row` where the
    query returns one.
    """

    names: Names
    aggregate: str
    summary: str
    route: ResolvedRoute | None
    access: Access
    by: tuple[KeyColumn, ...]
    parameters: tuple[Parameter, ...]
    sources: tuple[str, ...]
    columns: tuple[Column, ...]
    returns: Literal["one", "page"]
    filter: tuple[str, ...]
    sort: str | None
    yours: bool
