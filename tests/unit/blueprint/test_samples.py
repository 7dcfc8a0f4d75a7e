"""Samples: valid ones are accepted, invalid ones are refused, and both are always the same."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.blueprint.fitting import Unfit, fitted, keeps_to
from skafu.blueprint.patterns import NoMatch, matching
from skafu.blueprint.resolved import ResolvedField
from skafu.blueprint.samples import Limits, invalid, sample_id, valid
from skafu.blueprint.types import SCALARS, ListOf, Maybe, OneOf, Record, Ref, Scalar, Type

LINE = (ResolvedField("of", Scalar("id"), required=True), ResolvedField("n", Scalar("integer"), required=True))
SAMPLES = {"Line": {"of": "x", "n": 1}}
TYPES: list[Type] = [
    *(Scalar(name) for name in SCALARS),
    OneOf(("red", "blue")),
    Ref("Order"),
    Record("Line"),
    ListOf(Record("Line")),
    ListOf(Scalar("text")),
    Maybe(Scalar("date")),
]


def accepts(value: Any, type_: Type, limits: Limits) -> bool:  # noqa: ANN401
    field = ResolvedField("f", type_, required=True, min=limits.min, max=limits.max, pattern=limits.pattern)
    try:
        fitted({"f": value}, (field,), {"Line": LINE})
    except Unfit:
        return False
    return True


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_valid_samples_are_accepted_and_invalid_ones_are_not(type_: Type) -> None:
    assert accepts(valid("some_name", type_, Limits(), SAMPLES), type_, Limits())
    wrong = invalid(type_, Limits(), SAMPLES)
    assert wrong
    for reason, value in wrong:
        assert not accepts(value, type_, Limits()), reason


@given(st.sampled_from(["text", "integer", "decimal", "money"]), st.integers(0, 50), st.integers(0, 50))
def test_samples_keep_to_limits_and_break_them(scalar: Any, one: int, other: int) -> None:  # noqa: ANN401
    limits, type_ = Limits(min(one, other), max(one, other)), Scalar(scalar)

    value = valid("name", type_, limits, {})

    assert keeps_to(value, type_, limits)
    for reason, wrong in invalid(type_, limits, {}):
        assert not accepts(wrong, type_, limits), reason


@given(st.integers(0, 5), st.integers(0, 5))
def test_lists_are_as_long_as_they_must_be(one: int, other: int) -> None:
    limits, type_ = Limits(min(one, other), max(one, other)), ListOf(Scalar("text"))

    assert accepts(valid("names", type_, limits, {}), type_, limits)
    for reason, wrong in invalid(type_, limits, {}):
        assert not accepts(wrong, type_, limits), reason


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z]{3}-[0-9]{4}",
        "PO-\\d+",
        "(red|blue)-x?",
        "[^abc]{2}",
        "\\w+@\\w+",
        "a{2,}b*",
        "^[A-Z]{2}$",
        "(ab){3}",
        ".",
    ],
)
def test_a_text_is_found_for_a_pattern(pattern: str) -> None:
    assert re.fullmatch(pattern, matching(pattern))
    assert len(matching("[a-z]+", least=30)) >= 30


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a", "[", "\\bword\\B", "a\\1"])
def test_a_pattern_without_a_simple_text_is_an_error(pattern: str) -> None:
    with pytest.raises(NoMatch):
        matching(pattern)


def test_names_make_samples_plausible() -> None:
    assert valid("city", Scalar("text"), Limits(), {}) == "Cambridge"
    assert valid("home_city", Scalar("text"), Limits(), {}) == "Cambridge"
    assert valid("quantity", Scalar("integer"), Limits(), {}) == 2


def test_made_up_ids_look_like_ids_and_stay() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", sample_id("order"))
    assert sample_id("order") == sample_id("order") != sample_id("Order")
