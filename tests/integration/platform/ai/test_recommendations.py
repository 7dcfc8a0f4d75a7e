"""Recommendations and drafts over HTTP: applied to the text, dismissed, accepted, discarded."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from platform_under_test import ACME, Running, platform_of
from shop_blueprint import SHOP, changed

from skafu.contexts.ai.domain.commands import RecordCodeGenerated
from skafu.kernel.identity import Actor, Origin
from skafu.server_bootstrap import ai_part

COMMENTED = changed(
    ("sort: sku", "sort: skuu"), ("after: 15 minutes", "after: 15 minuts"), ("skafu: 1\n", "skafu: 1 # v\n")
)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[ai_part]) as running:
        yield running


async def recommended(running: Running, text: str = COMMENTED) -> list[dict[str, Any]]:
    asked = await running.visitor().post("/ai/analyses", {"project_id": "p1", "blueprint": text})
    await running.settle()
    place = f"/ai/recommendations?analysis_id={asked.json()['data']['id']}&sort=created_at"
    rows: list[dict[str, Any]] = (await running.visitor().get(place)).json()["data"]
    return rows


async def test_a_change_is_made_in_the_text_and_becomes_a_draft(running: Running) -> None:
    first, _ = await recommended(running)

    applied = await running.visitor().post(f"/ai/recommendations/{first['id']}/apply", {})

    draft = applied.json()["data"]
    assert applied.status_code == 201
    assert draft["blueprint"] == COMMENTED.replace("sort: skuu", "sort: sku")
    assert [line[0] for line in draft["difference"] if line[:3] not in {"---", "+++"} and line[0] in "+-"] == ["-", "+"]
    there = (await running.visitor().get(f"/ai/recommendations/{first['id']}")).json()["data"]
    assert (there["status"], there["draft_id"]) == ("applied", draft["id"])


async def test_all_of_them_are_applied_together_also_when_places_move(running: Running) -> None:
    rows = await recommended(running)

    made = await running.visitor().post("/ai/drafts", {"recommendations": [each["id"] for each in rows]})

    assert made.status_code == 201, made.json()
    assert made.json()["data"]["blueprint"] == changed(("skafu: 1\n", "skafu: 1 # v\n"))
    assert made.json()["data"]["recommendations"] == [each["id"] for each in rows]


async def test_it_is_applied_to_the_blueprint_as_it_is_now_while_the_finding_is_there(running: Running) -> None:
    first, second = await recommended(running)
    now = COMMENTED.replace(
        "      - {name: Products", "      - {name: New, public: true, from: [ProductAdded]}\n      - {name: Products"
    )
    now = now.replace("after: 15 minuts", "after: 20 minutes")

    moved = await running.visitor().post(f"/ai/recommendations/{first['id']}/apply", {"blueprint": now})
    gone = await running.visitor().post(f"/ai/recommendations/{second['id']}/apply", {"blueprint": now})

    assert moved.json()["data"]["blueprint"] == now.replace("sort: skuu", "sort: sku")
    assert (gone.status_code, gone.json()["error"]["code"]) == (409, "FINDING_GONE")


async def test_where_only_a_person_knows_nothing_is_changed(running: Running) -> None:
    rows = await recommended(running, changed(("Product(product_id)", "Payment(product_id)")))
    only = next(each for each in rows if each["code"] == "read_of_other_service")

    assert only["change"] is None
    assert only["without"]
    refused = await running.visitor().post(f"/ai/recommendations/{only['id']}/apply", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "NO_CHANGE_KNOWN")


async def test_it_is_dismissed_with_a_reason_and_not_applied_then(running: Running) -> None:
    first, _ = await recommended(running)
    place = f"/ai/recommendations/{first['id']}"

    stale = await running.visitor().post(f"{place}/dismiss", {"reason": "fine"}, headers={"If-Match": '"9"'})
    dismissed = await running.visitor().post(f"{place}/dismiss", {"reason": "fine"}, headers={"If-Match": '"1"'})
    refused = await running.visitor().post(f"{place}/apply", {})
    await running.settle()
    open_ones = (await running.visitor().get("/ai/recommendations?status=open&project_id=p1")).json()["data"]

    assert stale.status_code == 412
    assert (dismissed.json()["data"]["status"], dismissed.json()["data"]["dismissed_because"]) == ("dismissed", "fine")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "RECOMMENDATION_DECIDED")
    assert first["id"] not in {each["id"] for each in open_ones}
    assert len(open_ones) == 1


async def test_a_draft_is_made_from_changes_and_accepted(running: Running) -> None:
    changes = [
        {"kind": "set_value", "at": ["summary"], "value": "New."},
        {"kind": "add_item", "to": ["auth", "roles"], "value": "guest"},
        {"kind": "remove_item", "at": ["services", "sales", "timers", 0]},
        {"kind": "rename", "at": ["services", "sales", "queries", "OpenOrders"], "to": "Waiting"},
    ]
    made = await running.visitor().post("/ai/drafts", {"project_id": "p1", "blueprint": SHOP, "changes": changes})
    assert made.status_code == 201, made.json()
    place = made.headers["location"].removeprefix("/api/v1")

    accepted = await running.visitor().post(f"{place}/accept", headers={"If-Match": made.headers["etag"]})
    discarded = await running.visitor().post(f"{place}/discard", {"reason": "no"})
    await running.settle()
    listed = (await running.visitor().get("/ai/drafts?status=accepted")).json()["data"]

    text = made.json()["data"]["blueprint"]
    assert "summary: New." in text
    assert "for_each: Waiting" in text
    assert accepted.json()["data"]["status"] == "accepted"
    assert (discarded.status_code, discarded.json()["error"]["code"]) == (409, "DRAFT_DECIDED")
    assert [each["id"] for each in listed] == [made.json()["data"]["id"]]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ([{"kind": "set_value", "at": ["services", "nothing"], "value": 1}], 404, "NO_SUCH_PLACE"),
        ([{"kind": "remove_item", "at": []}], 422, "UNUSABLE_CHANGE"),
        ([{"kind": "paint", "at": []}], 422, "VALIDATION_ERROR"),
        ([], 422, "VALIDATION_ERROR"),
    ],
)
async def test_changes_that_cannot_be_made_make_no_draft(
    running: Running, changes: list[object], status: int, code: str
) -> None:
    answer = await running.visitor().post("/ai/drafts", {"blueprint": SHOP, "changes": changes})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    await running.settle()
    assert (await running.visitor().get("/ai/drafts")).json()["data"] == []


async def test_generated_code_is_on_record(running: Running) -> None:
    command = RecordCodeGenerated("g1", "p1", "", "digest-of-blueprint", 80, "digest-of-tree")
    ledger = running.platform.ledger
    origin = Origin(Actor("system", "provisioning"), ledger.new_id(), ledger.new_id())
    for _ in range(2):
        await ledger.commands.send(ACME, command, origin=origin)
    await running.settle()

    (row,) = (await running.visitor().get("/ai/generations?project_id=p1")).json()["data"]
    assert (row["files"], row["digest"], row["blueprint"]) == (80, "digest-of-tree", "digest-of-blueprint")
