"""Changes at any place of any blueprint: the text says what it should, and the rest of it stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oddly_written import ODD
from shop_blueprint import SHOP

from skafu.blueprint.changes import (
    AddItem,
    Change,
    NoSuchPlace,
    RemoveItem,
    SetValue,
    UnusableChange,
    change_text,
    change_values,
)
from skafu.blueprint.findings import Location
from skafu.blueprint.yaml_source import parse

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/skafu.yaml"))
TEXTS = [ODD, SHOP, *(path.read_text() for path in EXAMPLES[:2])]
VALUES: list[object] = [
    "word",
    "two: words # here",
    "",
    None,
    True,
    2.5,
    [],
    {},
    [1, {"a": ["b"]}],
    {"k": "x" * 130, "l": {"m": "y\n" * 60}},
]


def locations(values: object, above: Location = ()) -> Iterator[Location]:
    steps: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(values, dict):
        steps = iter(values.items())
    elif isinstance(values, list):
        steps = iter(enumerate(values))
    for step, value in steps:
        yield (*above, step)
        yield from locations(value, (*above, step))


PLACES = [list(locations(parse(text, file="x").values)) for text in TEXTS]


@st.composite
def texts_and_changes(draw: st.DrawFn) -> tuple[str, Change]:
    at = draw(st.integers(0, len(TEXTS) - 1))
    place = draw(st.sampled_from(PLACES[at]))
    value = draw(st.sampled_from(VALUES))
    changes: list[Change] = [
        RemoveItem(place),
        SetValue(place, value),
        SetValue((*place, "new_key"), value),
        SetValue((*place, "name"), value),
        AddItem(place, value),
        AddItem(place, value, before=0),
    ]
    return TEXTS[at], draw(st.sampled_from(changes))


@settings(max_examples=60, deadline=None)
@given(texts_and_changes())
def test_the_text_says_what_the_values_say_and_keeps_the_rest(told: tuple[str, Change]) -> None:
    text, change = told
    try:
        expected = change_values(parse(text, file="x").values, [change])
    except (NoSuchPlace, UnusableChange):
        with pytest.raises((NoSuchPlace, UnusableChange)):
            change_text(text, [change])
        return

    changed = change_text(text, [change])

    assert parse(changed, file="x").values == expected
    if isinstance(change, AddItem):
        assert not set(text.split("\n")) - set(changed.split("\n")) or len(_touched(text, changed)) <= 2


def _touched(before: str, after: str) -> list[str]:
    return [line for line in before.split("\n") if line not in after.split("\n")]
