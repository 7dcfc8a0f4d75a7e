"""The trial of a regular expression goes the ways that `re` goes, so that its count says how long `re` takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.scaffold.bounds.meter import Exhausted, Meter
from skafu.scaffold.bounds.patterns import checked, substitute
from skafu.scaffold.bounds.program import compile_program
from skafu.scaffold.bounds.trial import Trial

_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\W", r"\d", r"\s", "^", "$", r"\b", r"\A", r"\Z"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantifier = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{0,2}", "{2}", "{1,}", "{1,3}?", "*+", "?+"])
    around = st.sampled_from(["({})", "(?:{})", "(?={})", "(?!{})", "(?>{})", "(?i:{})", "(?s:{})", "(?m:{})"])
    return st.one_of(
        st.tuples(around, inner).map(lambda pair: pair[0].format(pair[1])),
        st.tuples(inner, quantifier).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join),
    )


PATTERNS = st.recursive(_ATOMS, _larger, max_leaves=8)


def _end(pattern: str, text: str, at: int) -> int | None:
    program = compile_program(pattern, 0)
    found = Trial(program, text, 1_000_000)._match(program, at, (-1,) * program.slots)
    return None if found is None else found[0]


@given(PATTERNS, st.text("abAB1 \n", max_size=8))
def test_the_trial_ends_where_re_ends(pattern: str, text: str) -> None:
    compiled = re.compile(pattern)
    for at in range(len(text) + 1):
        match = compiled.match(text, at)
        assert _end(pattern, text, at) == (None if match is None else match.end())


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)b\1", "aaabaaa"),
        (r"(?i)(a+)b\1", "aaabAAA"),
        (r"(a)?(?(1)b|c)", "ab"),
        (r"(a)?(?(1)b|c)", "c"),
        (r"(?<=ab)c(?<!x)", "abc"),
        (r"(?a)\w+", "aé"),
        (r"(?m)^b$", "a\nb\nc"),
        (r"[^\d\s]+", "a1 b"),
        (r"(?i)[k-s]+", "\u017fK"),
        (r"[^a-c]", "d"),
        (r"\Ba", "ba"),
    ],
)
def test_the_rare_parts_of_patterns_too(pattern: str, text: str) -> None:
    compiled = re.compile(pattern)
    ends = [None if (match := compiled.match(text, at)) is None else match.end() for at in range(len(text) + 1)]
    assert [_end(pattern, text, at) for at in range(len(text) + 1)] == ends


@given(PATTERNS, st.text("ab \n", max_size=12), st.sampled_from(["", "x", r"\g<0>", "\\\\"]))
def test_replacing_gives_what_re_gives(pattern: str, text: str, replacement: str) -> None:
    assert substitute(Meter(), pattern, replacement, text) == re.sub(pattern, replacement, text)


def test_ordinary_patterns_cost_little() -> None:
    meter = Meter()
    name = "-".join(["a-name-of-ordinary-length"] * 4)
    for pattern in (r"^[a-z]+(-[a-z]+)*$", r"\s+", r"[^a-z0-9]+", r"^[A-Za-z_][A-Za-z0-9_]*$"):
        assert checked(meter, pattern, name).pattern == pattern
    meter.step(meter.limits.steps - 1_000)


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"(a|a)*$", r"(a*)*b", r"(?:a?){30}b", r"(?=(a|aa)*$)b"])
def test_patterns_with_too_many_ways_are_refused_before_they_run(pattern: str) -> None:
    with pytest.raises(Exhausted, match="in too many ways"):
        checked(Meter(), pattern, "a" * 40 + "!")


def test_wrong_patterns_stay_wrong() -> None:
    with pytest.raises(re.error):
        checked(Meter(), "(", "")
    with pytest.raises((re.error, IndexError)):
        substitute(Meter(), "a", r"\g<none>", "b")
    with pytest.raises(Exhausted, match="at most"):
        checked(Meter(), "a" * 3000, "")
