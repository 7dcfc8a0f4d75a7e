"""The audit trail, what is exported of a person, and how a person is forgotten."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from identity_under_test import PASSWORD, Somebody, Town, town_of

from skafu.contexts.identity.application.audit import TRAIL
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage.documents import Query

Fits = Callable[[dict[str, Any]], bool]


async def _rows(who: Somebody, question: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await who.get(f"/audit?limit=3&{question}&cursor={cursor}")).json()
        rows += page["data"]
        cursor = page["meta"]["page"]["next"]
    return rows


async def test_the_trail_says_who_did_what_when_and_from_where(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob@example.org")
    token_id, token = await _token(bob)
    await bob.with_token(token).post("/invitations", {"mail": "cid@example.org", "role": "viewer"})
    await any_town.settle()
    rows = await _rows(ann)
    stored = await any_town.platform.storage.documents.find(TenantId(ann.organisation_id), TRAIL, Query(limit=1000))
    assert len(rows) == len(stored.documents) == len({str(each["event_id"]) for each in rows})
    assert [str(each["at"]) for each in rows] == sorted((str(each["at"]) for each in rows), reverse=True)
    invited = next(each for each in rows if each["type"] == "identity.MemberInvited")
    assert (invited["actor_kind"], invited["actor"], invited["address"]) == ("token", token_id, "127.0.0.1")
    issued = next(each for each in rows if each["type"] == "identity.TokenIssued")
    assert (issued["actor"], issued["address"], issued["aggregate"]) == (bob.user_id, "127.0.0.1", "token")
    founded = [str(each["type"]) for each in rows if each["aggregate"] == "organisation"][-2:]
    assert founded == ["identity.MemberJoined", "identity.OrganisationCreated"]


async def test_the_trail_answers_by_actor_type_aggregate_stream_and_time(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    await town.joined(bob, "cid@example.org", "viewer")
    await town.settle()
    everything = await _rows(ann)
    middle = everything[len(everything) // 2]
    questions: dict[str, Fits] = {
        f"actor={bob.user_id}": lambda row: row["actor"] == bob.user_id,
        "type=identity.MemberJoined": lambda row: row["type"] == "identity.MemberJoined",
        "aggregate=organisation": lambda row: row["aggregate"] == "organisation",
        f"stream=organisation-{ann.organisation_id}": lambda row: row["aggregate"] == "organisation",
        f"since={middle['at']}": lambda row: row["at"] >= middle["at"],
        f"until={middle['at']}": lambda row: row["at"] < middle["at"],
        f"actor={bob.user_id}&type=identity.MemberInvited": lambda row: (
            row["actor"] == bob.user_id and row["type"] == "identity.MemberInvited"
        ),
        f"actor={bob.user_id}&aggregate=session": lambda row: (
            row["actor"] == bob.user_id and row["aggregate"] == "session"
        ),
        "type=nothing": lambda _row: False,
    }
    for question, fits in questions.items():
        assert await _rows(ann, question) == [row for row in everything if fits(row)], question


async def test_the_trail_is_exported_whole(town: Town) -> None:
    ann = await town.owner()
    await town.settle()
    rows = await _rows(ann)
    lines = (await ann.get("/audit/export")).text.splitlines()
    assert [json.loads(each) for each in lines] == [{**row, "at": row["at"]} for row in rows]
    answer = await ann.get("/audit/export?format=csv&type=identity.MemberJoined")
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [each["type"] for each in table] == ["identity.MemberJoined"]
    assert table[0]["actor"] == ann.user_id


async def test_all_that_is_kept_of_a_person_is_given_to_them(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob@example.org")
    await any_town.nobody.post("/auth/sign-in", {"mail": "bob@example.org", "password": "guess"})
    token_id, token = await _token(bob)
    await any_town.settle()
    answer = await bob.get("/privacy/export")
    assert "attachment" in answer.headers["content-disposition"]
    found = answer.json()["data"]
    assert found["person"]["mail"] == "bob@example.org"
    assert [each["address"] for each in found["failed_sign_ins"]] == ["127.0.0.1"]
    assert len(found["sessions"]) == 1
    here = found["organisations"][0]
    assert (here["name"], here["role"]) == ("Acme", "developer")
    assert [each["token_id"] for each in here["tokens"]] == [token_id]
    assert here["sign_ins"][0]["addresses"][0]["address"] == "127.0.0.1"
    assert {each["type"] for each in here["actions"]} >= {"identity.SessionStarted", "identity.TokenIssued"}
    assert token not in answer.text
    assert "argon2" not in answer.text


async def test_a_person_is_forgotten_everywhere(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob.the.builder@example.org")
    _, token = await _token(bob)
    confirm = {"confirm": "erase me", "password": PASSWORD}
    assert (await bob.post("/privacy/erase", {**confirm, "password": "guess"})).status_code == 403
    assert (await bob.post("/privacy/erase", confirm)).status_code == 202
    assert (await bob.post("/auth/refresh", {"refresh_token": bob.refresh})).status_code == 401
    assert (await bob.with_token(token).get("/members")).status_code == 401
    for _ in range(8):
        await any_town.settle()
    sign_in = {"mail": "bob.the.builder@example.org", "password": PASSWORD}
    assert (await any_town.nobody.post("/auth/sign-in", sign_in)).status_code == 401
    told = [await ann.get(path) for path in ("/members", "/admin/users?scope=installation", "/audit?limit=200")]
    assert not [each for each in told if "builder" in each.text.lower()]
    of_bob = [each for each in told[2].json()["data"] if each["actor"] == bob.user_id]
    assert {each["address"] for each in of_bob} <= {"", "(erased)"}
    assert any(each["address"] == "(erased)" for each in of_bob)
    events = any_town.platform.storage.events
    told_events = await events.read_stream(SYSTEM, f"user-{bob.user_id}")
    told_events += await events.read_stream(TenantId(ann.organisation_id), f"organisation-{ann.organisation_id}")
    assert "builder" not in str(told_events)
    assert "(erased)" in str(told_events)
    again = await any_town.joined(ann, "bob.the.builder@example.org")
    assert again.user_id != bob.user_id


async def test_nothing_of_a_forgotten_person_is_left_on_the_disk(tmp_path: Path) -> None:
    async with town_of(tmp_path) as town:
        ann = await town.owner()
        bob = await town.joined(ann, "bob.the.builder@example.org")
        await bob.post("/privacy/erase", {"confirm": "erase me", "password": PASSWORD})
        for _ in range(8):
            await town.settle()
    kept = _kept(tmp_path)
    assert b"builder" not in kept.lower()
    assert bob.user_id.encode() in kept


async def test_the_last_admin_of_others_is_not_forgotten_before_somebody_else_is_admin(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    confirm = {"confirm": "erase me", "password": PASSWORD}
    refused = await ann.post("/privacy/erase", confirm)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "LAST_ADMIN")
    assert (await ann.get("/auth/me")).status_code == 200
    await ann.ask("PATCH", f"/members/{bob.user_id}", json={"role": "admin"})
    assert (await ann.post("/privacy/erase", confirm)).status_code == 202


async def _token(who: Somebody) -> tuple[str, str]:
    issued = (await who.post("/tokens", {"name": "ci"})).json()["data"]
    return issued["token_id"], issued["token"]


def _kept(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())
