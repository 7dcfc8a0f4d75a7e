"""Types are read from text and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.blueprint.types import (
    SCALARS,
    ListOf,
    Maybe,
    OneOf,
    Record,
    Ref,
    Scalar,
    Type,
    TypeInvalid,
    parse_type,
    type_text,
)

_names = st.from_regex(r"[A-Z][A-Za-z0-9]{0,8}", fullmatch=True)
_words = st.lists(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,6}", fullmatch=True), min_size=1, max_size=4, unique=True)
_plain: st.SearchStrategy[Type] = st.one_of(
    st.sampled_from(SCALARS).map(Scalar),
    _names.map(Record),
    _names.map(Ref),
    _words.map(lambda words: OneOf(tuple(words))),
)
_types = st.one_of(_plain, _plain.map(ListOf), _plain.map(Maybe), _plain.map(lambda item: Maybe(ListOf(ListOf(item)))))


@given(_types)
def test_what_is_written_is_read_back(type_: Type) -> None:
    assert parse_type(type_text(type_)) == type_


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "expected a type at the end of the type"),
        ("list", 4, "expected 'list of'"),
        ("list off text", 5, "expected 'of' after 'list', got 'off'"),
        ("list of", 7, "expected a type at the end"),
        ("string", 0, "type string is not known; did you mean text?"),
        ("Integer", 0, "did you mean integer?"),
        ("OrderLin", 0, "type OrderLin is not known; did you mean OrderLine?"),
        ("ref Bok", 4, "aggregate Bok is not known; did you mean Book?"),
        ("ref", 3, "expected the name of an aggregate"),
        ("one of", 6, "expected words to choose from"),
        ("one of a, b", 7, "separate the words with spaces"),
        ("one of a b a", 11, "'a' stands twice"),
        ("text text", 5, "a type ends before 'text'"),
        ("optional optional text", 0, "says no more than optional"),
        ("list of optional text", 0, "items of a list cannot be optional"),
        ("list of " * 9 + "text", 48, "nests 5 levels deep at most"),
        ("list of " * 90 + "text", 0, "a type may have 500 characters"),
    ],
)
def test_what_is_no_type_says_where_and_why(text: str, offset: int, message: str) -> None:
    with pytest.raises(TypeInvalid) as caught:
        parse_type(text, records={"OrderLine"}, aggregates={"Book"})
    assert caught.value.problem.offset == offset
    assert message in str(caught.value)


def test_known_names_are_accepted() -> None:
    assert parse_type("list of OrderLine", records={"OrderLine"}) == ListOf(Record("OrderLine"))
    assert parse_type("ref Book", aggregates={"Book"}) == Ref("Book")
