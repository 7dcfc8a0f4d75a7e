"""Each way in which a blueprint can mean nothing, or something that its author will regret, is found and explained."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_blueprint import SHOP, document, findings
from wrong_blueprints import ERRORS, LOG, WARNINGS, Edits

from skafu.blueprint import BlueprintInvalid, check, read, resolve, write
from skafu.blueprint.codes import MEANING


def edits_of(edits: Edits) -> Edits:
    return (LOG, *(edit for edit in edits if edit[0] != edit[1]))


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_found_where_it_is(code: str) -> None:
    edits, message = ERRORS[code]

    found = [finding for finding in findings(*edits_of(edits)) if finding.code == code]

    assert found, [str(finding) for finding in findings(*edits_of(edits))]
    assert any(message in finding.message for finding in found), [finding.message for finding in found]
    assert all(finding.severity == "error" and finding.line > 1 and finding.path for finding in found)
    assert all(re.fullmatch(r"[A-Z].+\.", finding.fix) for finding in found), [finding.fix for finding in found]


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning_does_not_stop_anybody(code: str) -> None:
    edits, message = WARNINGS[code]

    found = [finding for finding in findings(*edits_of(edits)) if finding.code == code]

    assert any(message in finding.message for finding in found), [str(one) for one in findings(*edits_of(edits))]
    assert all(finding.severity in {"warning", "hint"} and finding.fix for finding in found)
    assert not [finding for finding in findings(*edits_of(edits)) if finding.is_error]
    resolve(document(*edits_of(edits)).blueprint)


@pytest.mark.parametrize("code", ERRORS)
def test_what_has_errors_is_not_resolved(code: str) -> None:
    blueprint = document(*edits_of(ERRORS[code][0])).blueprint

    with pytest.raises(BlueprintInvalid) as caught:
        resolve(blueprint)

    assert code in {finding.code for finding in caught.value.findings}


def test_every_code_is_tested_here() -> None:
    assert set(MEANING) == {*ERRORS, *WARNINGS}


def test_the_shop_itself_is_fine() -> None:
    assert check(document()) == ()


def test_findings_come_in_the_order_of_the_file() -> None:
    found = findings(
        ("sort: sku", "sort: skuu"),
        ("after: 15 minutes", "after: soon"),
        ("seen: optional datetime", "seen: optional dat"),
    )

    places = [(finding.line, finding.column) for finding in found]
    assert len(places) >= 3
    assert places == sorted(places)


def test_a_finding_inside_of_an_expression_points_at_the_word() -> None:
    text = "rule: size(command.linse) > 0"
    found = [one for one in findings(("rule: size(command.lines) > 0", text)) if one.code == "wrong_expression"]

    line = document(("rule: size(command.lines) > 0", text)).source.lines[found[0].line - 1]
    assert line[found[0].column - 1 :].startswith("linse")
    assert found[0].nearest == "lines"
    assert found[0].path == "services.sales.aggregates.Order.commands.PlaceOrder.invariants.empty.rule"


def test_a_column_inside_of_quotes_counts_the_quote() -> None:
    text = 'rule: "size(command.linse) > 0"'
    found = [one for one in findings(("rule: size(command.lines) > 0", text)) if one.code == "wrong_expression"]

    line = document(("rule: size(command.lines) > 0", text)).source.lines[found[0].line - 1]
    assert line[found[0].column - 1 :].startswith("linse")


def test_a_loop_that_a_state_may_end_is_a_warning() -> None:
    loop = ("then: PayOrder}", "then: PayOrder}\n      - {when: OrderPaid, then: PayOrder}")

    (found,) = [finding for finding in findings(loop) if finding.code == "policy_loop"]

    assert found.severity == "warning"
    assert found.message == "these events may follow each other in a circle: OrderPaid -> OrderPaid"


def test_what_a_condition_shows_to_be_there_may_be_used_behind_it() -> None:
    guarded = (
        (
            "- {when: payments.PaymentCaptured, then: PayOrder}",
            (
                "- {when: OrderCancelled, if: has(event.note), then: Restock, with: {product_id: "
                "\"'p1'\", quantity: 1, tag: event.note}}"
            ),
        ),
    )
    unguarded = ((guarded[0][0], guarded[0][1].replace("if: has(event.note), ", "")),)

    assert "wrong_mapping" not in {finding.code for finding in findings(*guarded)}
    assert "wrong_mapping" in {finding.code for finding in findings(*unguarded)}


WORDS = [(found.start(), found.end()) for found in re.finditer(r"[A-Za-z_][A-Za-z_0-9]*", SHOP)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WORDS) - 1), st.integers(0, len(WORDS) - 1))
def test_a_word_in_the_wrong_place_is_refused_or_resolved_and_never_a_crash(at: int, by: int) -> None:
    start, end = WORDS[at]
    text = SHOP[:start] + SHOP[slice(*WORDS[by])] + SHOP[end:]
    try:
        found = read(text)
    except BlueprintInvalid:
        return

    has_errors = any(finding.is_error for finding in check(found))

    assert {finding.code for finding in check(found)} <= set(MEANING)
    assert read(write(found)).blueprint == found.blueprint
    if has_errors:
        with pytest.raises(BlueprintInvalid):
            resolve(found.blueprint)
    else:
        resolve(found.blueprint)


def test_a_query_that_is_not_there_is_no_missing_id_as_well() -> None:
    timer = "      - {every: day at 03:00 UTC, for_each: Overdue, then: PayOrder}\n"
    found = findings(("    timers:\n", f"    timers:\n{timer}"))

    assert [one.code for one in found if one.is_error] == ["unknown_query"]


@pytest.mark.parametrize(
    ("was", "wrong"),
    [
        ("size(command.lines) > 0", "command.customer_id == now"),
        ("size(command.lines) > 0", "command.lines == 1"),
        ("size(command.lines) > 0", "é"),
        ("{sku: text, price: money, stock", "{sku: list of, price: money, stock"),
        ("{sku: text, price: money, stock", "{sku: one of a a, price: money, stock"),
    ],
)
def test_expressions_and_types_that_make_no_sense_are_found_with_a_fix(was: str, wrong: str) -> None:
    found = [finding for finding in findings((was, wrong)) if finding.code in {"wrong_expression", "wrong_type"}]

    assert found
    assert all(re.fullmatch(r"[A-Z].+\.", finding.fix) for finding in found), [finding.fix for finding in found]
