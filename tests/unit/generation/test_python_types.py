"""Types, limits and defaults in generated Python accept exactly what the blueprint accepts."""

import ast
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from generated_classes import MONEY, accepts, fits, generated_class
from hypothesis import given
from hypothesis import strategies as st
from small_systems import field_of, fields_of

from skafu.generation.python_types import (
    annotation,
    checked_annotation,
    default,
    initial,
    literal,
    quoted,
    raw,
    unshadowed,
)

CASES: dict[str, list[object]] = {
    "text": ["", "a", 1, None, "ü" * 300],
    "{type: text, min: 2, max: 3}": ["a", "ab", "abc", "abcd", "üü"],
    "{type: text, min: 2.0, max: 3.0}": ["a", "ab", "abc", "abcd"],
    "{type: text, pattern: '[a-z]+', example: a}": ["a", "abc", "a\n", "A", "", "1a", "a1"],
    "{type: text, pattern: 'a|b', example: a}": ["a", "b", "ab", "ac", "xb"],
    r"{type: text, pattern: '\d+', example: '1'}": ["1", "٣", "1x", "1\n"],
    "{type: text, pattern: '[\"''\\\\]', example: '\"'}": ['"', "'", "\\", "a"],
    "integer": [0, -1, 1.5, "1", None, True],
    "{type: integer, min: -2, max: 3}": [-3, -2, 0, 3, 4],
    "{type: integer, max: 9007199254740993}": [9007199254740993, 9007199254740994],
    "decimal": ["1", "1.5", "-0.1", "x", None, "NaN", "-Infinity", "1E+28", "1E+29", "0E+99", "1" * 28, "1" * 30],
    "list of decimal": [["1"], ["NaN"], ["1", "1E+1000000"]],
    "{type: decimal, min: 0.1, max: 99.5}": ["0.1", "0.10", "0.09", "99.5", "99.50001", "100"],
    "{type: decimal, min: 1}": ["1", "0.999", "1.0"],
    "money": [{"amount": 1, "currency": "EUR"}, {"amount": 1.5, "currency": "EUR"}, {"amount": 1}, 1, None],
    "{type: list of money}": [[{"amount": 1, "currency": one}] for one in ("EUR", "eur", "EURO", "E\u00dcR", "EUR\n")],
    "{type: money, min: 1, max: 500}": [{"amount": one, "currency": "EUR"} for one in (0, 1, 500, 501)],
    "boolean": [True, False, 0, "true", None],
    "date": ["2026-02-28", "2026-02-30", "28.2.2026", 1],
    "datetime": ["2026-02-28T10:00:00Z", "2026-02-28T10:00:00+01:00", "2026-02-28T10:00:00", "yesterday"],
    "list of datetime": [["0001-01-01T00:00:00+05:00"], ["2026-02-28T10:00:00"], ["2026-02-28T10:00:00-23:59"]],
    "duration": ["PT15M", "P1D", "15 minutes"],
    "email": ["a@b.de", "a@b", "a b@c.de", "a@b.de\n", "@b.de", "a@b..de"],
    "url": ["https://a.de/b?c", "ftp://a.de", "https://", "https://a b"],
    "phone": ["+4930123456", "030123456", "+4930", "+49301234567890123", "+4930123456\n", "+٤٩٣٠١٢٣٤٥٦"],
    "id": ["x", "", 1],
    "ref Order": ["x", ""],
    "one of a-b c_d 1x": ["a-b", "c_d", "1x", "a", ""],
    "list of text": [[], ["a"], [1], "a", None],
    "{type: list of email, min: 1, max: 2}": [[], ["a@b.de"], ["a@b.de"] * 2, ["a@b.de"] * 3, ["x"]],
    "list of list of integer": [[[1], []], [1], [["a"]]],
    "optional integer": [1, None, "1"],
    "{type: optional text, min: 2}": ["a", "ab", None],
    "{type: optional money, min: 2}": [{"amount": 1, "currency": "EUR"}, {"amount": 2, "currency": "EUR"}, None],
}


@pytest.mark.parametrize("type_", CASES)
def test_generated_classes_accept_what_the_blueprintaccepts(type_: str) -> None:
    field = field_of(type_)
    struct = generated_class({"it": field})
    for value in CASES[type_]:
        assert accepts(struct, value) == fits(field, value), value


@pytest.mark.parametrize("type_", CASES)
def test_samples_are_what_they_say(type_: str) -> None:
    field = field_of(type_)
    struct = generated_class({"it": field})
    assert accepts(struct, field.valid)
    assert [why for why, value in field.invalid if accepts(struct, value)] == []


@pytest.mark.parametrize(
    ("type_", "source"),
    [
        ("text", "str"),
        ("{type: text, min: 0, max: 9}", "Annotated[str, Meta(max_length=9)]"),
        ("{type: text, pattern: '[0-9]+', example: '1'}", r'Annotated[str, Meta(pattern=r"\A(?:[0-9]+)\Z")]'),
        ("{type: optional integer, min: 1}", "Annotated[int, Meta(ge=1)] | None"),
        ("optional list of Line", "tuple[Line, ...] | None"),
        ("{type: list of id, max: 3}", "Annotated[tuple[IdText, ...], Meta(max_length=3)]"),
        ("one of a b", 'Literal["a", "b"]'),
        ("optional list of email", "tuple[EmailText, ...] | None"),
        ("ref Order", "IdText"),
        ("money", "Money"),
    ],
)
def test_annotations(type_: str, source: str) -> None:
    assert checked_annotation(field_of(type_)) == source


def test_annotations_of_what_is_stored_have_no_limits() -> None:
    types = ("email", "ref Order", "optional list of id", "one of a b", "file")
    found = [annotation(field_of(one).type) for one in types]
    assert found == ["str", "str", "tuple[str, ...] | None", 'Literal["a", "b"]', "str"]


DEFAULTS: dict[str, object] = {
    "{type: text, default: 'say \"hi\"'}": 'say "hi"',
    "{type: integer, default: 0}": 0,
    "{type: decimal, default: 1.5}": Decimal("1.5"),
    "{type: decimal, default: 2}": Decimal(2),
    "{type: boolean, default: false}": False,
    "{type: date, default: '2026-02-28'}": date(2026, 2, 28),
    "{type: duration, default: PT15M}": timedelta(minutes=15),
    "{type: one of a b, default: b}": "b",
    "{type: list of text, default: []}": (),
    "{type: list of text, default: [a]}": ("a",),
    "{type: optional integer, default: 3}": 3,
    "{type: optional text, default: null}": None,
    "optional text": None,
    "{type: money, default: {amount: 5, currency: EUR}}": MONEY["Money"](5, "EUR"),
}


@pytest.mark.parametrize("type_", DEFAULTS)
def test_defaults_are_values_of_their_type(type_: str) -> None:
    made = msgspec.json.decode(b"{}", type=generated_class({"it": field_of(type_)}))
    assert getattr(made, "it") == DEFAULTS[type_]  # noqa: B009
    assert type(getattr(made, "it")) is type(DEFAULTS[type_])  # noqa: B009


def test_fields_of_a_state_start_with_their_default_or_zero() -> None:
    types = ("integer", "decimal", "boolean", "list of text", "optional text", "{type: integer, default: 3}", "text")
    found = [initial(field_of(one)) for one in types]
    assert found == [" = 0", ' = Decimal("0")', " = False", " = ()", " = None", " = 3", ""]


def test_beside_a_field_called_date_its_type_is_qualified() -> None:
    fields = fields_of("{date: optional date, until: {type: date, default: '2026-01-01'}, kind: one of date day}")
    views = [
        {"name": name, "annotation": checked_annotation(one), "default": default(one)} for name, one in fields.items()
    ]
    assert unshadowed(views) == [
        {"name": "date", "annotation": "dt.date | None", "default": " = None"},
        {"name": "until", "annotation": "dt.date", "default": ' = dt.date.fromisoformat("2026-01-01")'},
        {"name": "kind", "annotation": 'Literal["date", "day"]', "default": ""},
    ]
    others = [one | {"name": f"x_{one['name']}"} for one in views]
    assert unshadowed(others) == others


@given(st.text())
def test_any_text_can_be_quoted(text: str) -> None:
    source = quoted(text)
    assert ast.literal_eval(source) == text
    assert source[0] == '"'


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.from_regex(r"[\\\"'a\[\]dw]*"))
def test_any_pattern_can_be_written(pattern: str) -> None:
    assert ast.literal_eval(raw(pattern)) == pattern


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
)


@given(JSON)
def test_any_json_can_be_written(value: object) -> None:
    def lists(found: object) -> object:
        if isinstance(found, tuple | list):
            return [lists(one) for one in found]
        return {key: lists(one) for key, one in found.items()} if isinstance(found, dict) else found

    assert lists(ast.literal_eval(literal(value))) == lists(value)
