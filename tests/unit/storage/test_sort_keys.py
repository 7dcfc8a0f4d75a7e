"""Bytes that sort as values do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.kernel.errors import Invalid
from skafu.storage.sort_keys import EXACT, SORTED_BYTES, bounds_of_kind, sort_key

NUMBERS = st.integers(-EXACT, EXACT) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=SORTED_BYTES // 4) | st.text("\0\x01a", max_size=8)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS


@given(NUMBERS, NUMBERS)
def test_numbers_sort_as_numbers(one: float, two: float) -> None:
    assert (sort_key(one) < sort_key(two)) == (one < two)
    assert (sort_key(one) == sort_key(two)) == (one == two)


@given(TEXTS, TEXTS, SCALARS, SCALARS)
def test_texts_sort_by_their_characters_whatever_follows(
    one: str, two: str, after_one: object, after_two: object
) -> None:
    if one != two:
        left, right = sort_key(one) + sort_key(after_one), sort_key(two) + sort_key(after_two)
        assert (left < right) == (one < two)


@given(SCALARS, SCALARS)
def test_no_key_begins_another(one: object, two: object) -> None:
    left, right = sort_key(one), sort_key(two)
    assert left == right or not (left.startswith(right) or right.startswith(left))


@given(SCALARS, SCALARS)
def test_kinds_stay_together(one: str | float | None, two: str | float | None) -> None:
    low, high = bounds_of_kind(one)
    same = isinstance(one, str) == isinstance(two, str) and isinstance(one, bool) == isinstance(two, bool)
    assert (low <= sort_key(two) < high) == (same and (one is None) == (two is None))


def test_long_texts_differ_by_their_ends() -> None:
    long = "x" * SORTED_BYTES
    keys = [sort_key(long), sort_key(long + "a"), sort_key(long + "b"), sort_key(long[:-1] + "y")]
    assert len(set(keys)) == 4
    assert max(len(key) for key in keys) < 2 * SORTED_BYTES
    assert keys[3] > max(keys[:3])


@pytest.mark.parametrize("value", [math.nan, math.inf, EXACT + 1, -EXACT - 1, b"x", {}, "\ud800"])
def test_what_cannot_be_sorted(value: object) -> None:
    with pytest.raises(Invalid):
        sort_key(value)
