"""Whatever is sent: the generated classes and the simulation take the same values, and refuse the same."""

import pytest
from generated_classes import accepts, fits, generated_class
from hypothesis import example, given
from hypothesis import strategies as st
from small_systems import field_of

FIELDS = {
    text: (field := field_of(text), generated_class({"it": field}))
    for text in (
        "text", "{type: text, min: 2, max: 5}", "{type: text, pattern: '[a-z]+', example: a}", "integer",
        "{type: integer, min: -3, max: 9}", "decimal", "{type: decimal, min: 0.5, max: 100}", "money",
        "{type: money, min: 1, max: 500}", "boolean", "date", "datetime", "duration", "email", "url", "phone", "id",
        "ref Order", "file", "one of small large", "list of decimal", "{type: list of datetime, max: 2}",
        "list of list of money", "optional decimal", "optional datetime", "{type: optional text, max: 3}",
    )
}  # fmt: skip
OFFSETS = st.sampled_from(["", "Z", "z", "+05:00", "-23:59", "+24:00", "+0500", " Z"])
MOMENTS = st.tuples(
    st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-28", "2026-02-30", "2026-2-3", "10000-01-01"]),
    st.sampled_from(["T00:00:00", "T23:59:59.999999", " 10:00:00", "T10:00", "T24:00:00", "T10:00:60", ""]),
    OFFSETS,
).map("".join)
NUMBERS = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(
        ["NaN", "sNaN", "nan", "Infinity", "-inf", "1E+28", "1E+29", "1E-29", "0E+99", "-0", "+1", " 1 ", "1_0"]
    ),
    st.sampled_from(["1E+1000000", "9" * 28, "9" * 29, "0.5", ".5", "5.", "0x10", "\u0663", "1,5", ""]),
)
DURATIONS = st.sampled_from(
    ["PT15M", "P1D", "-PT1S", "PT", "P", "P1Y", "P1M", "PT1.5S", "P1W", "15 minutes", "pt1h", "P999999999D"]
)
WORDS = st.sampled_from(
    ["small", "Small", "small ", "a@b.de", "a@b", "a@b.de\n", "a" * 250 + "@b.de", "https://a.de", "https://"]
) | st.sampled_from(
    ["HTTPS://a.de", "https://a.de/" + "x" * 2000, "+4930123456", "+0930123456", "x" * 128, "x" * 129, "\n", "\u2028"]
)
TEXTS = st.one_of(MOMENTS, NUMBERS, DURATIONS, WORDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
INTEGERS = st.one_of(st.integers(-12, 120), st.sampled_from([2**53 + 1, 2**63, 2**64, -(2**70), 10**40]))
MONEY = st.fixed_dictionaries(
    {"amount": st.one_of(INTEGERS, st.sampled_from([0.5, 1.0, "1", None, True]))},
    optional={
        "currency": st.sampled_from(["EUR", "XXX", "eur", "EURO", "", "E\u00dcR", "EUR\n", 1, None]),
        "note": st.just(1),
    },
)
PLAIN = st.one_of(TEXTS, INTEGERS, MONEY, st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none())
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.lists(st.lists(MONEY, max_size=2), max_size=2))


@pytest.mark.parametrize("type_", FIELDS)
@given(value=VALUES)
@example(value="2026-03-14T09:30:00")
@example(value="1E+1000000")
@example(value={"amount": 1, "currency": "no currency"})
def test_both_take_the_same_values(type_: str, value: object) -> None:
    field, struct = FIELDS[type_]
    assert accepts(struct, value) == fits(field, value)
