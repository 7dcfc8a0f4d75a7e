"""Whatever the words: the blueprint passes the checks and resolves, and nothing but Invalid is ever raised."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skafu.blueprint import resolve
from skafu.kernel.errors import Invalid
from skafu.planning import Plan, plan
from skafu.planning.language.words import sentences_of
from skafu.planning.lexicon import grammar, lives, nouns, people, verbs

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
CASES: list[dict[str, Any]] = [
    case
    for name in ("descriptions.yaml", "descriptions_own.yaml")
    for case in yaml.safe_load((BENCHMARKS / name).read_text(encoding="utf-8"))
]
SENTENCES = sorted({sentence.text for case in CASES for sentence in sentences_of(case["text"])})
WORDS = sorted(verbs.KNOWN | people.PEOPLE | set(lives.LIVES) | set(lives.SHAPES) | nouns.SYSTEMS | nouns.VAGUE)
_CLOSED = grammar.DETERMINERS | grammar.PREPOSITIONS | grammar.PRONOUNS | grammar.MODALS | grammar.SUBORDINATORS
LITTLE = [
    *sorted(_CLOSED | grammar.BE),
    ",",
    ".",
    ":",
    "within 3 days",
    "every month",
    "at least 5%",
    "above 100 euros",
    "by email",
    "with Stripe",
    "twice",
]
QUICK = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def _planned(text: str) -> Plan | None:
    try:
        return plan(text)
    except Invalid as error:
        if not (error.message and error.fix):
            raise AssertionError("a refusal says why and what to do") from error
        return None


def _assert_sound(found: Plan) -> None:
    assert resolve(found.blueprint).services
    assert all(aggregate.commands for service in found.blueprint.services for aggregate in service.aggregates)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_every_described_case_resolves(case: dict[str, Any]) -> None:
    _assert_sound(plan(case["text"]))


@QUICK
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9))
def test_sentences_of_all_descriptions_thrown_together_resolve(sentences: list[str]) -> None:
    found = _planned(" ".join(each if each[-1] in ".!?" else f"{each}." for each in sentences))

    if found is not None:
        _assert_sound(found)


@QUICK
@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(LITTLE), min_size=1, max_size=40))
def test_words_thrown_together_resolve_or_are_refused(words: list[str]) -> None:
    found = _planned(" ".join(words))

    if found is not None:
        _assert_sound(found)


@QUICK
@given(st.text(max_size=300))
def test_any_text_at_all_is_planned_or_refused(text: str) -> None:
    found = _planned(text)

    if found is not None:
        _assert_sound(found)


@QUICK
@given(st.sampled_from(CASES), st.randoms(use_true_random=False))
def test_a_text_with_words_missing_or_doubled_resolves_or_is_refused(case: dict[str, Any], random: Random) -> None:
    words = [word for word in str(case["text"]).split() for _ in range(random.choice((0, 1, 1, 1, 1, 1, 2)))]
    found = _planned(" ".join(words))

    if found is not None:
        _assert_sound(found)
