"""Requests that are sent again: by their Idempotency-Key they get the first answer, and nothing is done twice."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import notes_part
import pytest
from platform_under_test import ACME, Running, Visitor, platform_of

from skafu.entrypoints.http.app import application
from skafu.storage.documents import Query
from skafu.web_api.idempotency import KEPT_FOR, REQUESTS, SWEPT_EVERY


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[notes_part]) as running:
        yield running


async def test_a_repeated_request_gets_the_first_answer(running: Running) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await running.visitor().post("/notes", {"text": "once"}, headers=key)
    again = await running.visitor().post("/notes", {"text": "once"}, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), '"1"')
    other = await running.visitor().post("/notes", {"text": "something else"}, headers=key)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    somebody = await running.visitor("admin").post("/notes", {"text": "once"}, headers=key)
    assert somebody.json()["data"]["id"] != first.json()["data"]["id"]


async def test_requests_with_one_key_at_the_same_time_lead_to_one_thing(running: Running) -> None:
    visitor, key = running.visitor(), {"Idempotency-Key": "k-2"}
    answers = await asyncio.gather(*(visitor.post("/notes", {"text": "once"}, headers=key) for _ in range(5)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["data"]["id"] for each in answers}) == 1


async def test_requests_that_share_an_id_lead_to_different_things(running: Running) -> None:
    shared = {"X-Request-Id": str(UUID(int=7))}
    made = [await running.visitor().post("/notes", {"text": text}, headers=shared) for text in ("a", "b")]
    assert [each.status_code for each in made] == [201, 201]
    assert len({each.json()["data"]["id"] for each in made}) == 2
    assert {each.json()["meta"]["request_id"] for each in made} == {shared["X-Request-Id"]}


async def test_what_is_kept_of_a_request_does_not_tell_what_its_body_may_have_been(running: Running) -> None:
    for key in ("k-3", "k-4"):
        await running.visitor().post("/notes", {"text": "1234"}, headers={"Idempotency-Key": key})
    found = await running.platform.ledger.documents.find(ACME, REQUESTS, Query())
    digests = {str(each.body["digest"]) for each in found.documents}
    assert len(digests) == 2
    assert hashlib.sha256(b'\n{"text":"1234"}').hexdigest() not in digests


async def test_answers_are_kept_for_a_day_and_what_was_done_is_never_done_twice(running: Running) -> None:
    platform, key = running.platform, {"Idempotency-Key": "k-5"}
    for number in range(25):
        await running.visitor().post("/notes", {"text": "many"}, headers={"Idempotency-Key": f"many-{number}"})
    first = await running.visitor().post("/notes", {"text": "once"}, headers=key)
    later = msgspec.structs.replace(platform.door, clock=lambda: platform.door.clock() + KEPT_FOR + SWEPT_EVERY)
    transport = httpx.ASGITransport(application(msgspec.structs.replace(platform, door=later)))
    async with httpx.AsyncClient(transport=transport, base_url="http://skafu.test") as client:
        tomorrow = Visitor(client, "developer")
        for left, name in ((7, "k-6"), (2, "k-7"), (3, "k-8")):
            await tomorrow.post("/notes", {"text": "other"}, headers={"Idempotency-Key": name})
            kept = await platform.ledger.documents.find(ACME, REQUESTS, Query())
            assert len(kept.documents) == left
        again = await tomorrow.post("/notes", {"text": "once"}, headers=key)
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (201, None)
    assert again.json()["data"]["id"] == first.json()["data"]["id"]
    assert again.headers["etag"] == first.headers["etag"]
