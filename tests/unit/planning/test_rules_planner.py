"""The planner as a whole: the same every time, with reasons for everything, quick, and behind its port."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from skafu.blueprint import Blueprint
from skafu.planning import Plan, Planner, RulesPlanner, plan

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "descriptions.yaml").read_text(encoding="utf-8")
)
BOOKSTORE = next(str(case["text"]) for case in CASES if case["id"] == "bookstore")


def test_it_fills_the_port_and_says_what_it_is() -> None:
    planner: Planner = RulesPlanner()

    assert planner.name == "rules, no model"
    assert isinstance(planner.plan(BOOKSTORE), Plan)
    assert planner.plan(BOOKSTORE).planner == "rules, no model"


def test_the_same_text_gives_the_same_plan_in_this_process() -> None:
    assert plan(BOOKSTORE) == plan(BOOKSTORE)
    assert plan(f"\n  {BOOKSTORE}  \n").blueprint == plan(BOOKSTORE).blueprint


def test_the_same_text_gives_the_same_plan_whatever_the_hash_seed() -> None:
    code = "import sys; from skafu.planning import plan; print(plan(sys.argv[1]).blueprint.model_dump_json())"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code, BOOKSTORE], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "1", "42")
    }

    assert len(seen) == 1


def _elements(blueprint: Blueprint) -> set[str]:
    found = {f"auth.roles.{role}" for role in blueprint.auth.roles}
    found |= {f"integrations.{each.name}" for each in blueprint.integrations}
    for service in blueprint.services:
        found.add(f"services.{service.name}")
        for aggregate in service.aggregates:
            path = f"services.{service.name}.aggregates.{aggregate.name}"
            found.add(path)
            found |= {f"{path}.events.{event.name}" for event in aggregate.events}
            for command in aggregate.commands:
                found.add(f"{path}.commands.{command.name}")
                found |= {f"{path}.commands.{command.name}.invariants.{rule.code}" for rule in command.invariants}
        found |= {f"services.{service.name}.queries.{query.name}" for query in service.queries}
        found |= {f"services.{service.name}.policies.{each.when} -> {each.then}" for each in service.policies}
        found |= {f"services.{service.name}.calls.{each.when} -> {each.call}" for each in service.calls}
        found |= {f"services.{service.name}.timers.{each.when or each.every} -> {each.then}" for each in service.timers}
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_each_element_says_which_words_and_rule_it_comes_from(case: dict[str, Any]) -> None:
    found = plan(case["text"])

    assert _elements(found.blueprint) <= set(found.provenance)
    words = " ".join(str(case["text"]).split())
    for path, source in found.provenance.items():
        assert source.rule, path
        assert source.words in words, path


def test_explain_names_words_elements_and_open_questions() -> None:
    said = plan("Members book classes. Sometimes a class is full.").explain()

    assert "rules, no model" in said
    assert '"Members book classes."' in said
    assert "aggregates.Booking.commands.BookClass" in said
    assert "Open questions:\n  - " in said


def test_a_description_is_planned_within_300_milliseconds() -> None:
    plan(BOOKSTORE)
    started = time.perf_counter()
    for case in CASES:
        plan(case["text"])

    assert (time.perf_counter() - started) / len(CASES) < 0.3


def test_what_is_not_understood_becomes_a_question() -> None:
    found = plan("Readers borrow up to 5 books. The moon is made of cheese.")

    assert any("up to 5" in question.text for question in found.questions)
    assert any("moon" in question.text for question in found.questions)
