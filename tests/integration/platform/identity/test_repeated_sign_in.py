"""Requests of people who are not known yet, sent again because their answer was lost."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pytest
from identity_under_test import PASSWORD, Town

from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Query
from skafu.web_api.sealed_answers import ANSWERS

ANN = {"mail": "ann@example.org", "password": PASSWORD}
KEY = {"Idempotency-Key": "first try"}


async def _sessions(town: Town, token: str) -> int:
    return len((await town.nobody.with_token(token).get("/auth/me/sessions")).json()["data"])


async def test_a_repeated_sign_in_is_one_session_with_the_same_answer(any_town: Town) -> None:
    ann = await any_town.owner()
    first = await any_town.nobody.post("/auth/sign-in", ANN, headers=KEY)
    again = await any_town.nobody.post("/auth/sign-in", ANN, headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert await _sessions(any_town, ann.token) == 2


async def test_a_link_that_works_once_may_be_sent_again_by_who_has_sent_it(town: Town) -> None:
    assert town.platform.site.first_link is not None
    body = {"link": await town.platform.site.first_link()}
    first = await town.nobody.post("/auth/link", body, headers=KEY)
    assert (await town.nobody.post("/auth/link", body, headers=KEY)).json() == first.json()
    other = await town.nobody.post("/auth/link", body, headers={"Idempotency-Key": "of somebody else"})
    assert (other.status_code, other.json()["error"]["code"]) == (403, "LINK_NOT_USABLE")
    assert (await town.nobody.post("/auth/link", body)).status_code == 403


async def test_a_repeated_refresh_gets_the_same_next_token(town: Town) -> None:
    ann = await town.owner()
    body = {"refresh_token": ann.refresh}
    first = await town.nobody.post("/auth/refresh", body, headers=KEY)
    again = await town.nobody.post("/auth/refresh", body, headers=KEY)
    assert again.json()["data"]["refresh_token"] == first.json()["data"]["refresh_token"] != ann.refresh


async def test_a_browser_gets_its_cookie_again_and_a_program_the_secret(town: Town) -> None:
    await town.owner()
    page = {**KEY, "X-Skafu-Request": "1"}
    first = await town.nobody.post("/auth/sign-in", ANN, headers=page)
    town.client.cookies.clear()
    again = await town.nobody.post("/auth/sign-in", ANN, headers=page)
    assert again.headers["set-cookie"] == first.headers["set-cookie"]
    town.client.cookies.clear()
    assert (await town.nobody.post("/auth/sign-in", ANN, headers=KEY)).json()["data"]["refresh_token"]


async def test_one_key_with_another_body_is_another_request(town: Town) -> None:
    await town.owner()
    assert (await town.nobody.post("/auth/sign-in", ANN, headers=KEY)).status_code == 200
    wrong = await town.nobody.post("/auth/sign-in", {**ANN, "password": "another"}, headers=KEY)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "SIGN_IN_REFUSED")


async def test_what_came_to_nothing_is_not_remembered(town: Town) -> None:
    await town.owner()
    for _ in range(6):
        answer = await town.nobody.post("/auth/sign-in", {**ANN, "password": "another"}, headers=KEY)
        assert "idempotency-replayed" not in answer.headers
    assert answer.status_code == 429, "each attempt counts"


async def test_of_many_at_once_one_is_answered_anew(any_town: Town) -> None:
    ann = await any_town.owner()
    tries = (any_town.nobody.post("/auth/sign-in", ANN, headers=KEY) for _ in range(6))
    answers = await asyncio.gather(*tries)
    assert {each.status_code for each in answers} <= {200, 409}
    assert len({each.json()["data"]["session_id"] for each in answers if each.status_code == 200}) == 1
    assert {each.json()["error"]["code"] for each in answers if each.status_code == 409} <= {"REQUEST_UNDER_WAY"}
    assert await _sessions(any_town, ann.token) == 2


async def test_a_link_by_mail_is_asked_for_once(town: Town) -> None:
    await town.owner()
    for _ in range(3):
        asked = await town.nobody.post("/auth/password-reset", {"mail": ANN["mail"]}, headers=KEY)
        assert asked.status_code == 202
    await town.settle()
    assert len(town.mailer.sent) == 1
    body = {"link": town.mailed_link(ANN["mail"]), "password": "four blue teapots now"}
    for _ in range(2):
        assert (await town.nobody.post("/auth/password", body, headers=KEY)).status_code == 204
    assert (await town.nobody.post("/auth/password", body)).status_code == 403


async def test_who_reads_the_store_finds_no_secret_and_after_a_while_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.owner()
    first = (await town.nobody.post("/auth/sign-in", ANN, headers=KEY)).json()["data"]
    documents = town.platform.storage.documents
    (kept,) = (await documents.find(SYSTEM, ANSWERS, Query())).documents
    assert set(kept.body) == {"until", "sealed"}
    for secret in (first["refresh_token"], first["access_token"], PASSWORD, KEY["Idempotency-Key"], ANN["mail"]):
        assert secret not in f"{kept.key} {kept.body}"
    assert b"status" not in base64.b85decode(str(kept.body["sealed"]))
    soon = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(town.platform.door.sealed, "_clock", lambda: soon)
    await town.nobody.post("/auth/sign-in", ANN, headers={"Idempotency-Key": "another"})
    assert len((await documents.find(SYSTEM, ANSWERS, Query())).documents) == 1
    second = (await town.nobody.post("/auth/sign-in", ANN, headers=KEY)).json()["data"]
    assert second["session_id"] != first["session_id"]


async def test_a_process_that_dies_over_a_request_does_not_keep_it_for_long(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.owner()

    async def dies(*_: object) -> None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr("skafu.web_api.sealed_answers.Sealing.keep", dies)
        await town.nobody.post("/auth/sign-in", ANN, headers=KEY)
    waiting = await town.nobody.post("/auth/sign-in", ANN, headers=KEY)
    assert (waiting.status_code, waiting.json()["error"]["code"]) == (409, "REQUEST_UNDER_WAY")
    soon = datetime.now(UTC) + timedelta(minutes=1, seconds=1)
    monkeypatch.setattr(town.platform.door.sealed, "_clock", lambda: soon)
    assert (await town.nobody.post("/auth/sign-in", ANN, headers=KEY)).status_code == 200
