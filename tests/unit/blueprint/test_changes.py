"""A change does what it says to the text, and touches nothing else."""

import pytest
from oddly_written import ODD
from shop_blueprint import SHOP

from skafu.blueprint import read
from skafu.blueprint.changes import (
    AddItem,
    Change,
    NoSuchPlace,
    PlaceNotEditable,
    RemoveItem,
    Rename,
    SetValue,
    UnusableChange,
    change_text,
    change_values,
)
from skafu.blueprint.findings import BlueprintInvalid
from skafu.blueprint.yaml_source import parse

SALES = ("services", "sales")
ORDER = (*SALES, "aggregates", "Order")


def difference(*changes: Change, text: str = SHOP) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, without the spaces around them."""
    before, after = text.split("\n"), change_text(text, changes).split("\n")
    gone = [line.strip() for line in before if line not in after]
    come = [line.strip() for line in after if line not in before]
    return gone, come


def test_a_value_is_set_where_it_stands() -> None:
    assert difference(SetValue((*SALES, "timers", 0, "after"), "1 hour")) == (
        ["- {when: OrderPlaced, after: 15 minutes, unless: [OrderPaid], then: CancelOrder}"],
        ["- {when: OrderPlaced, after: 1 hour, unless: [OrderPaid], then: CancelOrder}"],
    )


def test_a_new_key_stands_where_the_model_has_it() -> None:
    lines = change_text(SHOP, [SetValue(("region",), "eu-west-2")]).split("\n")

    assert lines[2:5] == ["summary: Sells things.", "region: eu-west-2", SHOP.split("\n")[3]]


def test_mappings_on_the_way_are_made() -> None:
    assert difference(SetValue(("auth", "more", "inner"), 1)) == (
        ["auth: {roles: [customer, clerk], sign_up: customer}"],
        ["auth: {roles: [customer, clerk], sign_up: customer, more: {inner: 1}}"],
    )
    assert difference(SetValue((*ORDER, "commands", "PayOrder", "with", "a"), "b"))[1] == [
        "- {name: PayOrder, in: [placed], emits: [OrderPaid], with: {a: b}}"
    ]


def test_an_item_is_added_at_the_end_or_before_another() -> None:
    command = {"name": "Wait", "roles": ["clerk"]}
    text = change_text(SHOP, [AddItem((*ORDER, "commands"), command, before="PayOrder")])

    assert difference(AddItem((*ORDER, "commands"), command)) == ([], ["- {name: Wait, roles: [clerk]}"])
    assert text.index("{name: Wait") < text.index("{name: PayOrder")


def test_a_list_that_is_not_there_is_made() -> None:
    assert difference(AddItem((*ORDER, "commands", "PayOrder", "roles"), "clerk"))[1] == [
        "- {name: PayOrder, roles: [clerk], in: [placed], emits: [OrderPaid]}"
    ]


def test_what_nothing_else_is_in_goes_with_the_last_item() -> None:
    assert difference(RemoveItem((*SALES, "policies", 0))) == (
        ["- {when: payments.PaymentCaptured, then: PayOrder}"],
        [],
    )
    assert (
        "policies"
        not in parse(change_text(SHOP, [RemoveItem((*SALES, "policies", 0))]), file="x").values["services"][0]
    )


def test_changes_follow_one_another() -> None:
    roles = ("auth", "roles")
    changes = (SetValue(roles, ["a", "b"]), AddItem(roles, "x", before="a"), RemoveItem((*roles, "b")))

    assert difference(*changes)[1] == ["auth: {roles: [x, a], sign_up: customer}"]


def test_large_values_stand_on_lines_of_their_own() -> None:
    aggregate = {"name": "Parcel", "commands": [{"name": "Send", "creates": True, "emits": ["Sent"]}]}
    text = change_text(SHOP, [AddItem((*SALES, "aggregates"), aggregate)])

    assert "      - name: Parcel\n        commands:\n          - {name: Send, creates: true, emits: [Sent]}\n" in text
    assert read(text).blueprint.services[0].aggregates[-1].name == "Parcel"


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (SetValue(("auth", "roles", "b"), "c"), "# behind b"),
        (SetValue(("services", "s", "aggregates", "X", "fields", "a"), "id"), "# first"),
        (SetValue(("services", "s", "aggregates", "X", "states"), ["new"]), "# about aggregates"),
        (AddItem(("auth", "roles"), "c"), "- b # behind b\n  - c\n"),
        (AddItem(("auth", "roles"), "c", before="a"), "# above a\n  - c\n  - a\n"),
        (RemoveItem(("auth", "roles", "a")), "# above a"),
        (AddItem(("services", "s", "aggregates", "X", "key"), "c"), "key: [ a , b, c, ]"),
        (RemoveItem(("services", "s", "aggregates", "X", "unique", 0, 0)), "    - - b\n"),
        (AddItem(("services", "s", "aggregates", "X", "commands"), {"name": "Go"}), "commands: [{name: Go}]"),
        (RemoveItem(("services", "s", "queries", "Q")), "queries: [{name: R}]"),
        (SetValue(("summary",), "One line."), "summary: One line.\n\nauth:"),
    ],
)
def test_comments_and_habits_of_the_author_stay(change: Change, kept: str) -> None:
    assert kept in change_text(ODD, [change])


def test_line_ends_become_those_of_unix() -> None:
    assert change_text("name: a\r\nregion: b\r\n", [SetValue(("name",), "c")]) == "name: c\nregion: b\n"


@pytest.mark.parametrize(
    "change",
    [
        SetValue((*SALES, "aggregates", "Nothing", "summary"), "x"),
        SetValue((*SALES, "timers", 7), {}),
        AddItem((*ORDER, "commands"), {}, before="Nothing"),
        RemoveItem((*ORDER, "retention")),
        Rename((*ORDER, "commands", "Nothing"), "Something"),
        RemoveItem((*ORDER, "states", -1)),
    ],
)
def test_a_place_that_is_not_there_is_said(change: Change) -> None:
    with pytest.raises(NoSuchPlace, match="the blueprint has no"):
        change_text(SHOP, [change])


@pytest.mark.parametrize(
    "change",
    [
        SetValue((), "x"),
        RemoveItem(()),
        Rename((), "x"),
        AddItem(("name",), "x"),
        Rename((*SALES, "timers", 0), "x"),
        SetValue(("summary",), "x" * 1_000_001),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(change: Change) -> None:
    with pytest.raises(UnusableChange):
        change_text(SHOP, [change])


def test_a_text_that_is_no_yaml_is_not_changed() -> None:
    with pytest.raises(BlueprintInvalid):
        change_text("a: [", [SetValue(("a",), 1)])


def test_what_cannot_be_edited_in_place_is_refused_and_not_garbled() -> None:
    with pytest.raises(PlaceNotEditable, match="without touching the rest"):
        change_text("? name\n: a\nregion: b\n", [RemoveItem(("name",))])


def test_plain_values_take_the_same_changes() -> None:
    values = parse(SHOP, file="x").values
    change = Rename((*ORDER, "events", "OrderPaid"), "OrderSettled")

    assert change_values(values, [change]) == parse(change_text(SHOP, [change]), file="x").values
    assert values == parse(SHOP, file="x").values
