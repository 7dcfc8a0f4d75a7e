"""The planner's scores on the descriptions, as floors; the scorer is the one of the benchmarks."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_descriptions", BENCHMARKS / "score_descriptions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


scorer = _scorer()
FLOORS = {
    "descriptions.yaml": {"entities": 0.8, "commands": 0.95, "events": 0.95, "precision": 0.8, "useful": 0.9},
    "descriptions_own.yaml, tuned on": {"entities": 0.8, "commands": 0.95, "events": 0.95, "precision": 0.8},
    "descriptions_own.yaml, held back": {"entities": 0.8, "commands": 0.85, "events": 0.85, "precision": 0.7},
}
GROUPS = {title: cases for path in scorer.FILES for title, cases in scorer.groups(path)}


@pytest.mark.parametrize("title", FLOORS)
def test_the_mean_scores_keep_above_their_floors(title: str) -> None:
    means = scorer.means([scorer.score(case) for case in GROUPS[title]])

    below = {name: round(means[name], 3) for name, floor in FLOORS[title].items() if means[name] < floor}
    assert below == {}


def test_a_key_is_found_by_its_words_in_any_order_with_one_more_at_most() -> None:
    assert scorer.Key("place order").matches("PlaceOrder")
    assert scorer.Key("enroll in course|enroll").matches("EnrollInCourse")
    assert scorer.Key("record no-show|attendance").matches("RecordNoShow")
    assert scorer.Key("pay").matches("PayAuction")
    assert not scorer.Key("pay").matches("PayOutSmallClaim")
    assert not scorer.Key("place order").matches("PlaceBid")


def test_what_may_be_left_out_is_neither_missing_nor_wrong() -> None:
    case = {
        "id": "optional", "text": "Staff add books and remove books.",
        "entities": ["book"], "commands": ["add book", "(remove book)", "(lend book)"], "events": ["book added"],
    }  # fmt: skip
    score = scorer.score(case)

    assert score.recall["commands"] == 1.0
    assert score.precision == 1.0


def test_a_command_that_no_key_names_lowers_the_precision() -> None:
    case = {
        "id": "strict", "text": "Staff add books and remove books.",
        "entities": ["book"], "commands": ["add book"], "events": [],
    }  # fmt: skip
    score = scorer.score(case)

    assert score.precision == 0.5
    assert score.spurious == ["RemoveBook"]
