"""JSON values become the values that expressions work with, and go back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from expression_scope import SCOPE, THING, root_values
from hypothesis import given

from skafu.blueprint.expressions import Money, decode_value, encode_value, parse_duration
from skafu.blueprint.types import Record, parse_type
from skafu.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("type_", "json", "value"),
    [
        ("text", "a", "a"),
        ("ref Book", "b1", "b1"),
        ("integer", 5, 5),
        ("decimal", 1.1, Decimal("1.1")),
        ("decimal", "12.50", Decimal("12.50")),
        ("decimal", 3, Decimal(3)),
        ("money", {"amount": 5, "currency": "EUR"}, Money(5, "EUR")),
        ("boolean", True, True),
        ("date", "2026-01-02", date(2026, 1, 2)),
        ("datetime", "2026-01-02T03:04:05+01:00", datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)),
        ("duration", "PT15M", timedelta(minutes=15)),
        ("one of a b", "b", "b"),
        ("list of decimal", [1, "2"], (Decimal(1), Decimal(2))),
        ("optional text", None, None),
    ],
)
def test_json_becomes_a_value(type_: str, json: object, value: object) -> None:
    found = decode_value(parse_type(type_), json)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("type_", "json", "message"),
    [
        ("text", 5, "expected text, got 5"),
        ("text", None, "expected text, got null"),
        ("integer", True, "True is no integer"),
        ("integer", "5", "'5' is no integer"),
        ("decimal", "x", "expected decimal, got 'x'"),
        ("decimal", "NaN", "expected decimal"),
        ("decimal", "1e999999", "expected decimal"),
        ("decimal", False, "expected decimal"),
        ("money", {"amount": 1.5, "currency": "EUR"}, "is no money"),
        ("date", "2026-13-01", "is no date"),
        ("datetime", "2026-01-02T03:04:05", "has no offset"),
        ("one of a b", "c", "expected one of a b, got 'c'"),
        ("list of text", "abc", "expected list of text"),
        ("Line", {"x": 1}, "Line has no x"),
        ("Nothing", {}, "the fields of Nothing are not known"),
    ],
)
def test_what_is_not_of_the_type_is_refused(type_: str, json: object, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        decode_value(parse_type(type_), json, SCOPE.records)


@given(root_values)
def test_values_go_to_json_and_back(values: dict[str, Any]) -> None:
    thing = values["command"]
    records = {**SCOPE.records, "Thing": THING}
    assert decode_value(Record("Thing"), encode_value(thing), records) == thing


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("3 days", timedelta(days=3)),
        ("2 weeks 1 day", timedelta(days=15)),
        ("1 minute", timedelta(minutes=1)),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "5m1h", "1h1h", "-5m", "3 parsecs", "900000d", "1h and 2m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"is no duration|hundred years"):
        parse_duration(text)
