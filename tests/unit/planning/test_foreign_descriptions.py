"""Texts of ordinary people about anything become systems without errors that say the main things."""

from pathlib import Path

import pytest
import yaml

from skafu.blueprint import Blueprint, check, read, resolve, write
from skafu.planning import plan

TEXTS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "foreign_descriptions.yaml").read_text(encoding="utf-8")
)


def _planned(title: str) -> Blueprint:
    return plan(TEXTS[title]).blueprint


def _commands(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    return {
        command.name: command.roles
        for service in blueprint.services
        for aggregate in service.aggregates
        for command in aggregate.commands
    }


@pytest.mark.parametrize("title", TEXTS)
def test_each_text_becomes_a_system_without_errors(title: str) -> None:
    blueprint = _planned(title)

    assert not [finding for finding in check(read(write(blueprint))) if finding.is_error]
    assert _commands(blueprint)
    assert resolve(blueprint).services


def test_names_come_from_what_a_text_is_about() -> None:
    names = {title: _planned(title).name for title in TEXTS}

    assert names["bullets"] == "car-sharing"
    assert names["rambling"] == "soup-kitchen"
    assert names["polls"] == "poll"
    assert names["one line"] == "blog"
    assert names["colon list"] == "law-firm"
    assert "requirement" not in names["requirements"]


def test_a_shop_that_closes_is_something_that_happens() -> None:
    assert {"CreatePoll", "ClosePoll"} <= set(_commands(_planned("polls")))


def test_what_candidates_and_architects_submit_is_an_application() -> None:
    recruiting, permits = _commands(_planned("recruiting")), _commands(_planned("permits"))

    assert recruiting["SubmitApplication"] == ("candidate",)
    assert recruiting["PublishOpening"] == ("recruiter",)
    assert permits["SubmitApplication"] == ("architect",)
    assert "ResubmitApplication" in permits


def test_an_example_of_acceptance_is_no_rule_for_all() -> None:
    found = plan(TEXTS["recruiting"])

    assert not [policy for service in found.blueprint.services for policy in service.policies]
    assert any("Given a closed opening" in question.text for question in found.questions)


def test_what_the_system_shall_allow_people_do_and_what_it_shall_prevent_nobody_does() -> None:
    commands = _commands(_planned("requirements"))

    assert commands["EnrollInModule"] == ("student",)
    assert commands["ApproveEnrollment"] == ("registrar",)
    assert not [name for name in commands if name.startswith("Prevent")]


def test_an_offer_is_withdrawn_without_an_amount_and_money_with_one() -> None:
    blueprint = plan(
        "Recruiters make offers and withdraw offers. Customers open an account and withdraw money."
    ).blueprint
    fields = {
        command.name: set(command.fields)
        for service in blueprint.services
        for aggregate in service.aggregates
        for command in aggregate.commands
    }

    assert "amount" not in fields["WithdrawOffer"]
    assert any(
        "amount" in given for name, given in fields.items() if name.startswith("Withdraw") and "Offer" not in name
    )


def test_assistants_and_vets_do_not_sign_up_by_themselves() -> None:
    assert _planned("German English").auth.sign_up == "pet-owner"
