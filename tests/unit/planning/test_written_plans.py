"""A planned blueprint reads as a careful person would have written it."""

import re
from pathlib import Path

import pytest
import yaml

from skafu.blueprint import Blueprint, check, read, write
from skafu.blueprint.checking.names import TAKEN_SERVICES
from skafu.planning import plan

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
TEXTS: dict[str, str] = {
    case["id"]: case["text"]
    for name in ("descriptions.yaml", "descriptions_own.yaml")
    for case in yaml.safe_load((BENCHMARKS / name).read_text(encoding="utf-8"))
}


def _planned(text: str) -> Blueprint:
    return plan(text).blueprint


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_is_written_that_is_so_anyway(text: str) -> None:
    blueprint = _planned(text)
    written = write(blueprint)

    assert not re.search(r": (null|\[\]|\{\}|\"\")[,}\n]|(creates|secret|public|else|personal): false", written), (
        written
    )
    assert read(written).blueprint == blueprint
    assert write(read(written)) == written
    assert not [finding for finding in check(read(written)) if finding.is_error]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_system_has_a_name_and_a_summary_of_one_short_sentence(text: str) -> None:
    blueprint = _planned(text)

    assert blueprint.name not in {"system", "thing"}
    assert re.fullmatch(r"[A-Z].{5,140}[.!?]", blueprint.summary)
    assert "..." not in blueprint.summary
    assert not blueprint.summary.startswith("As a")


@pytest.mark.parametrize(
    ("text", "name", "summary"),
    [
        (TEXTS["auction"], "auction", "Online auctions."),
        (TEXTS["todo"], "todo-list-system", "Todo lists that can be shared with other people."),
        ("a blog with comments", "blog", "A blog with comments."),
        (
            "As a chef, I want to add a recipe. As a guest, I want to order dishes.",
            "recipe-system",
            "Recipes and orders for chefs and guests.",
        ),
    ],
)
def test_name_and_summary_come_from_the_first_words(text: str, name: str, summary: str) -> None:
    blueprint = _planned(text)

    assert (blueprint.name, blueprint.summary) == (name, summary)


def test_what_is_emitted_otherwise_stands_last() -> None:
    blueprint = _planned(TEXTS["invoice-approvals"])
    commands = [each for service in blueprint.services for sheet in service.aggregates for each in sheet.commands]
    match = next(command for command in commands if command.name == "MatchInvoice")

    assert [getattr(emit, "else_", None) for emit in match.emits] == [False, True]


def test_nobody_signs_up_by_himself_as_one_who_approves() -> None:
    assert _planned("Buyers approve invoices. Suppliers send invoices.").auth.sign_up == "supplier"
    assert _planned(TEXTS["invoice-approvals"]).auth.sign_up is None
    assert _planned(TEXTS["bookstore"]).auth.sign_up == "customer"


def test_a_list_of_some_things_is_asked_about() -> None:
    found = plan("Students hand in submissions. The teacher wants to see missing submissions.")

    assert "Which submissions are missing? For now MissingSubmissions lists them all." in {
        question.text for question in found.questions
    }


def test_people_see_their_profile_and_feedback_has_no_plural() -> None:
    queries = [query.name for text in TEXTS.values() for each in _planned(text).services for query in each.queries]

    assert "MyProfile" in queries
    assert "AllFeedback" in queries
    assert not {"MyMembers", "Feedbacks"} & set(queries)


@pytest.mark.parametrize("thing", sorted({name.removesuffix("s") for name in TAKEN_SERVICES}))
def test_no_service_takes_the_name_of_a_folder_of_every_project(thing: str) -> None:
    blueprint = _planned(f"Engineers create {thing} plans. They create {thing}s and close {thing}s.")

    assert not {service.name for service in blueprint.services} & TAKEN_SERVICES


@pytest.mark.parametrize(
    ("fine", "amount"), [("a fine of 1 euro", 'money(100, "EUR")'), ("a fine of 2%", None), ("2 fines", None)]
)
def test_only_money_is_an_amount_that_a_timer_gives(fine: str, amount: str | None) -> None:
    blueprint = _planned(f"Readers borrow books. For overdue loans {fine} is charged every week.")
    (service,) = blueprint.services
    given = {timer.then: timer.with_.get("amount") for timer in service.timers}

    assert given.get("ChargeFine") == amount
    assert not [finding for finding in check(read(write(blueprint))) if finding.is_error]
