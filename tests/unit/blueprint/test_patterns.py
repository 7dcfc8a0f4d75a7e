"""Patterns are a subset that every engine understands alike, and that no text keeps busy."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skafu.blueprint import BlueprintInvalid, check, read
from skafu.blueprint.patterns import NoMatch, Patience, PatternInvalid, matching, portable
from skafu.blueprint.patterns.reading import MAX_LENGTH

HOSTILE = [
    "(a+)+", "(a*)*", "(a|a)*", "(a|aa)+b", "([a-z]+)*$", "(.*)*", "(x+x+)+y", "(.*a){12}", ".*.*=.*", r"^(\w+\s?)*$",
    r"\d*\d*x", "(|)(|)(|)(|)", "((a?)?)?b", "(a{0,10}){0,10}", "a?" * 30 + "a" * 30, "(a|b|ab)*c",
    r"([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*", "(a|b)*a(a|b){40}", "((a{20}){20}){20}", "a{400}a{400}",
    r"^(([a-z])+.)+[A-Z]([a-z])+$", "(a|b?)*", "a{0,200}" * 20, "(" * 90 + "a" + ")" * 90, "[a-z]{1,500}[a-z]{1,500}",
]  # fmt: skip
"""Known to keep matchers that go back busy for ever, or to be too large to look at."""
USEFUL = {
    "97[89][0-9]{10}": ("9780141439600", "978014143960"),
    "^[A-Z]{2}-\\d{4}$": ("GB-0042", "GB-004"),
    "[a-z]+(-[a-z]+)*": ("a-b-c", "a--b"),
    "[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}": ("SW1A 1AA", "S 1AA"),
    "(0|[1-9]\\d*)(\\.\\d+)?": ("10.5", "01"),
    "#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}": ("#a1b", "#a1b2"),
    "[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+": ("a@b.c", "a@b"),
    "https?://.+": ("https://a", "ftp://a"),
    "(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}": ("192.168.0.255", "192.168.0.256"),
    "\\u20ac\\x31[\\]\\-a^]": ("€1]", "€1b"),
    "[\\w.-]{1,64}": ("a_b.c-d", "a b"),
}
BLUEPRINT = """\
skafu: 1
name: shop
services:
  - name: sales
    aggregates:
      - name: Product
        fields: {sku: FIELD}
        commands: [{name: AddProduct, creates: true, fields: {sku: FIELD}, emits: [ProductAdded]}]
        events: [{name: ProductAdded, fields: {sku: FIELD}}]
"""


@pytest.mark.parametrize("pattern", HOSTILE, ids=lambda pattern: pattern[:30])
def test_what_takes_time_without_end_is_refused_at_once(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises(PatternInvalid) as refused:
        portable(pattern)

    assert time.process_time() - started < 2
    assert refused.value.message
    assert 0 <= refused.value.offset < len(pattern)


@pytest.mark.parametrize("pattern", USEFUL)
def test_useful_patterns_are_taken_and_mean_the_same(pattern: str) -> None:
    right, wrong = USEFUL[pattern]

    for written in (pattern, portable(pattern)):
        assert re.fullmatch(written, right)
        assert not re.fullmatch(written, wrong)
    assert portable(portable(pattern)) == portable(pattern)
    assert re.fullmatch(portable(pattern), matching(portable(pattern)))


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"^\d+$", "[0-9]+"),
        (r"\D\W\S", r"[^0-9][^0-9A-Z_a-z][^\t-\r ]"),
        (r"[\d.]", "[0-9.]"),
        (".", r"[^\n\r]"),
        (r"\-\@\/", "-@/"),
        (r"\\\.\$", r"\\\.\$"),
        ("[[&|~a-]", r"[\[\x26\|\x7ea\-]"),
        (r"\n\t\x41\u20ac\x00", r"\n\tA€\x00"),
        ("(?:ab|c)?", "(?:ab|c)?"),
    ],
)
def test_sets_and_escapes_are_written_out(pattern: str, written: str) -> None:
    assert portable(pattern) == written


@pytest.mark.parametrize(
    ("pattern", "offset", "said"),
    [
        ("(?=a)b", 0, "groups that start with (?"),
        ("(?i)ab", 0, "groups that start with (?"),
        ("(?P<x>a)", 0, "groups that start with (?"),
        (r"a\1", 1, "escape \\1 is not known"),
        (r"\bword", 0, "escape \\b is not known"),
        (r"a[\D]", 2, "escape \\D is not known in brackets"),
        (r"\ud800", 0, "half a character"),
        ("a\\", 1, "escape \\ is not known"),
        ("ab*?", 3, "a repetition is repeated"),
        ("ab++", 3, "a repetition is repeated"),
        ("a{2,1}", 1, "{2,1} is no number of times"),
        ("a{0}", 1, "{0} is no number of times"),
        ("a{501}", 1, "{501} is no number of times"),
        ("a{,3}", 1, "a { without numbers"),
        ("[z-a]", 1, "z-a is no range"),
        (r"[\d-z]", 1, r"\d-z is no range"),
        ("[]a]", 0, "brackets with nothing in them"),
        (r"[^\s\x00-\u9fff\ua000-\ud7ff", 0, "a [ without its ]"),
        ("x(a", 1, "a ( without its )"),
        ("a)", 1, "a ) without its ("),
        ("a]", 1, "a ] alone"),
        ("a|*", 2, "nothing stands before *"),
        ("a^b", 1, "a ^ inside of the pattern"),
        ("(a|b?)|c?", 0, "two alternatives may both be empty"),
        ("(a?)*", 0, "what may be empty is repeated"),
        ("x(a+)+", 2, "in more than 64 ways"),
        ("a" * (MAX_LENGTH + 1), 0, "at most 200 characters"),
    ],
)
def test_what_is_not_in_the_grammar_is_said_with_its_place(pattern: str, offset: int, said: str) -> None:
    with pytest.raises(PatternInvalid) as refused:
        portable(pattern)

    assert said in refused.value.message
    assert refused.value.offset == offset


def _findings(field: str) -> list[tuple[str, int, int, str]]:
    try:
        found = check(read(BLUEPRINT.replace("FIELD", field)))
    except BlueprintInvalid as error:
        found = error.findings
    return [(one.code, one.line, one.column, one.fix) for one in found if one.is_error]


def test_a_finding_stands_in_the_pattern_and_says_what_to_do() -> None:
    field = '{type: text, pattern: "ab(c+)+"}'
    code, line, column, fix = _findings(field)[0]

    assert code == "wrong_pattern"
    assert BLUEPRINT.replace("FIELD", field).split("\n")[line - 1][column - 1 :] == 'c+)+"}}'
    assert fix.startswith("Let it be clear at each character")


def test_a_pattern_is_no_longer_than_200_characters() -> None:
    codes = [code for code, *_ in _findings("{type: text, pattern: " + "a" * (MAX_LENGTH + 1) + "}")]

    assert codes == ["wrong_value"] * 3


@pytest.mark.parametrize(
    "field",
    [
        "{type: text, min: 20001}",
        "{type: text, max: 9e300}",
        "{type: list of text, min: 1001}",
        "{type: integer, max: 1e30}",
        "{type: money, min: 9999999999999999999}",
    ],
)
def test_limits_that_no_event_can_hold_are_refused(field: str) -> None:
    assert {code for code, *_ in _findings(field)} == {"wrong_limit"}


def test_the_patterns_of_a_blueprint_share_one_patience() -> None:
    patience = Patience()
    slow = "(a|b)*a(a|b){40}"
    said = []
    for _ in range(20):
        with pytest.raises(PatternInvalid) as refused:
            portable(slow, patience)
        said.append(refused.value.message)

    assert said[0] == "the pattern is too complicated to be sure that it can be matched in time"
    assert said[-1] == "the patterns of the blueprint are too many and too complicated"


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", r"\d", "-", "[^a]"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from("*+?") | st.just("{1,3}")).map(lambda two: f"({two[0]}){two[1]}"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(PATTERNS, st.text(alphabet="ab-1\n", max_size=8))
def test_what_is_taken_matches_the_same_texts_and_never_for_long(pattern: str, text: str) -> None:
    try:
        written = portable(pattern)
    except PatternInvalid:
        return
    assert bool(re.fullmatch(written, text)) == bool(re.fullmatch(pattern, text))
    started = time.process_time()
    for long in ("a" * 3000, "ab" * 1500, "1" * 3000 + "-", "-" * 3000 + "\n"):
        re.fullmatch(written, long)
    assert time.process_time() - started < 2
    with suppress(NoMatch):
        assert re.fullmatch(written, matching(written))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet=r"ab(|)[]{}*+?^$.\d-,:1", max_size=12))
def test_any_text_is_taken_or_refused_and_what_is_taken_compiles(pattern: str) -> None:
    with suppress(PatternInvalid):
        written = portable(pattern)
        re.compile(written)
        assert portable(written) == written
