"""A scope for expressions of tests, and random values for its roots."""

import keyword
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from skafu.blueprint.expressions import AnyType, Money, Scope
from skafu.blueprint.types import Type, parse_type


def fields(**types: str) -> dict[str, Type]:
    return {name: parse_type(text) for name, text in types.items()}


LINE = fields(
    id="id",
    label="text",
    quantity="integer",
    price="money",
    weight="decimal",
    note="optional text",
    bonus="optional integer",
)
THING = fields(
    customer_id="id",
    title="text",
    size="one of small large",
    urgent="boolean",
    count="integer",
    ratio="decimal",
    price="money",
    when="datetime",
    day="date",
    wait="duration",
    lines="list of Line",
    tags="list of text",
    note="optional text",
    limit="optional integer",
    due="optional datetime",
    best="optional Line",
) | {"from": parse_type("text")}
SCOPE = Scope(
    roots={
        "command": THING,
        "state": THING,
        "caller": fields(id="id", roles="list of text"),
        "now": parse_type("datetime"),
        "message": AnyType(),
    },
    records={"Line": LINE},
)

_words = st.sampled_from(["", "a", "b", "ab", "Clerk ", "small", "customer", "clerk", 'q"\\\n', "ä"])
_integers = st.integers(-20, 20)
_decimals = st.decimals(-20, 20, places=2)
_moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_currencies = st.sampled_from(["EUR"] * 9 + ["USD"])
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": _words,
    "text": _words,
    "integer": _integers,
    "decimal": _decimals,
    "money": st.builds(Money, st.integers(-900, 900), _currencies),
    "boolean": st.booleans(),
    "date": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "datetime": _moments,
    "duration": st.timedeltas(timedelta(days=-40), timedelta(days=40)),
    "one of small large": st.sampled_from(["small", "large"]),
    "list of text": st.lists(_words, max_size=3).map(tuple),
    "list of one of customer clerk": st.lists(st.sampled_from(["customer", "clerk"]), max_size=2).map(tuple),
}
_json = st.recursive(
    st.none() | st.booleans() | _integers | _words,
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=6,
)
_line = st.fixed_dictionaries(
    {name: _VALUES[text] for name, text in {"id": "id", "label": "text", "quantity": "integer"}.items()}
    | {"price": _VALUES["money"], "weight": _VALUES["decimal"]}
    | {"note": st.none() | _words, "bonus": st.none() | _integers}
)
_thing = st.fixed_dictionaries(
    {
        "customer_id": _VALUES["id"],
        "title": _words,
        "from": _words,
        "size": _VALUES["one of small large"],
        "urgent": st.booleans(),
        "count": _integers,
        "ratio": _decimals,
        "price": _VALUES["money"],
        "when": _moments,
        "day": _VALUES["date"],
        "wait": _VALUES["duration"],
        "lines": st.lists(_line, max_size=3).map(tuple),
        "tags": _VALUES["list of text"],
        "note": st.none() | _words,
        "limit": st.none() | _integers,
        "due": st.none() | _moments,
        "best": st.none() | _line,
    }
)
root_values: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "command": _thing,
        "state": _thing,
        "caller": st.fixed_dictionaries({"id": _words, "roles": _VALUES["list of one of customer clerk"]}),
        "now": _moments,
        "message": st.dictionaries(st.sampled_from("abc"), _json, max_size=3),
    }
)
"""Values of all roots of `SCOPE`, as `evaluate` takes them."""


def as_objects(value: Any) -> Any:  # noqa: ANN401
    """The same values as generated code holds them: fields are attributes."""
    if isinstance(value, Mapping):
        safe = {f"{name}_" if keyword.iskeyword(name) else name: as_objects(part) for name, part in value.items()}
        return SimpleNamespace(**safe)
    return tuple(as_objects(part) for part in value) if isinstance(value, tuple) else value
