"""For every code of a finding there is a change that mends it and spoils nothing, or a reason why there is none."""

from collections import Counter

import pytest
from shop_blueprint import SHOP, changed
from wrong_blueprints import ERRORS, LOG, WARNINGS, Edits

from skafu.blueprint import BlueprintInvalid, Finding, check, read
from skafu.blueprint.changes import RemoveItem, Rename, SetValue, change_text
from skafu.blueprint.changes.fixing import PROPOSERS, WITHOUT_CHANGE, advise
from skafu.blueprint.codes import MEANING, SYNTAX

MENDABLE = sorted(set(MEANING) & set(PROPOSERS))
WRONG_FORM = {
    "unknown_key": ("summary: Sells things.", "sumary: Sells things."),
    "wrong_name": ("name: shop", "name: My_Shop"),
    "wrong_shape": ("summary: Sells things.", "summary: 12"),
    "wrong_value": ("kind: email", "kind: emial"),
}


def text_of(code: str) -> str:
    edits: Edits = {**ERRORS, **WARNINGS}[code][0]
    return changed(LOG, *(edit for edit in edits if edit[0] != edit[1]))


def findings_of(text: str) -> tuple[Finding, ...]:
    try:
        return check(read(text))
    except BlueprintInvalid as error:
        return error.findings


def test_every_code_is_mended_or_has_a_reason() -> None:
    assert {*PROPOSERS, *WITHOUT_CHANGE} == {*MEANING, *SYNTAX}
    assert not {*PROPOSERS} & {*WITHOUT_CHANGE}


@pytest.mark.parametrize("code", MENDABLE)
def test_the_change_mends_the_finding_and_adds_none(code: str) -> None:
    text = text_of(code)

    advised = next(one for one in advise(text) if one.finding.code == code and one.change)
    assert advised.change is not None
    before = Counter(one.code for one in findings_of(text))
    after = Counter(one.code for one in findings_of(change_text(text, advised.change)))

    assert after[code] < before[code]
    assert not after - before
    assert advised.reason == MEANING[code]


@pytest.mark.parametrize("code", WRONG_FORM)
def test_a_wrong_form_is_mended_in_the_text(code: str) -> None:
    text = changed(WRONG_FORM[code])

    (advised,) = advise(text)

    assert advised.finding.code == code
    assert advised.change is not None
    assert check(read(change_text(text, advised.change))) == ()


@pytest.mark.parametrize("code", sorted(set(MEANING) & set(WITHOUT_CHANGE)))
def test_where_only_a_person_knows_the_reason_is_said(code: str) -> None:
    advised = next(one for one in advise(text_of(code)) if one.finding.code == code)

    assert advised.change is None
    assert advised.without == WITHOUT_CHANGE[code]


def test_all_findings_of_a_blueprint_get_advice_in_their_order() -> None:
    text = changed(("sort: sku", "sort: skuu"), ("after: 15 minutes", "after: 15 minuts"))

    assert [one.finding for one in advise(text)] == list(findings_of(text))
    assert advise(SHOP) == ()


def test_a_text_that_is_no_yaml_gets_its_findings_without_changes() -> None:
    (advised,) = advise("name: [")

    assert (advised.finding.code, advised.change) == ("yaml_syntax", None)
    assert advised.without


def test_what_is_open_by_mistake_is_closed_and_never_the_other_way_round() -> None:
    (advised,) = [one for one in advise(text_of("public_and_guarded")) if one.finding.code == "public_and_guarded"]

    assert advised.change == (RemoveItem(("services", 0, "queries", 0, "public")),)


def test_owners_see_their_own_rows_where_a_rule_knows_the_owner() -> None:
    (advised,) = [one for one in advise(text_of("query_without_role")) if one.finding.code == "query_without_role"]

    assert advised.change is not None
    assert SetValue(("services", 0, "queries", 1, "allow"), "caller.id == row.customer_id") in advised.change


def test_a_name_that_two_elements_have_is_given_to_one_with_what_refers_to_it() -> None:
    (advised,) = [one for one in advise(text_of("duplicate_name")) if one.finding.code == "duplicate_name"]

    assert advised.change == (Rename(("services", 1, "aggregates", 0, "events", 2), "PaymentFailed2"),)


def test_so_many_findings_that_they_are_no_slips_are_not_tried_one_by_one() -> None:
    events = "".join(f"          - {{name: Lost{at}}}\n" for at in range(120))
    advised = advise(SHOP.replace("          - {name: OrderStuck}\n", f"          - {{name: OrderStuck}}\n{events}"))

    assert len(advised) == 120
    assert sum(one.change is not None for one in advised) == 100
