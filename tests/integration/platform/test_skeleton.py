"""What every route of the platform does, seen on the smallest context."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import httpx
import notes_part
import pytest
from platform_under_test import ACME, KnownPeople, Running, platform_of, principal

from skafu.entrypoints.http.app import application
from skafu.entrypoints.http.stream import Pace
from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.errors import Unavailable
from skafu.web_api.principal import Credentials, Principal
from skafu.web_api.rates import Rate, RateLimiter


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[notes_part]) as running:
        yield running


async def test_who_is_not_signed_in_gets_401_in_the_one_shape(running: Running) -> None:
    for answer in (await running.anonymous.get("/notes"), await running.visitor("junk").post("/notes", {"text": "a"})):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        body = answer.json()
        assert body["success"] is False
        assert body["error"]["code"] == "NOT_SIGNED_IN"
        assert str(UUID(body["meta"]["request_id"])) == answer.headers["x-request-id"]


async def test_another_organisation_sees_nothing(running: Running) -> None:
    made = await running.visitor().post("/notes", {"text": "ours"})
    place = made.json()["data"]["id"]
    await running.settle()
    assert (await running.visitor("other").get(f"/notes/{place}")).status_code == 404
    assert (await running.visitor("other").get("/notes")).json()["data"] == []


async def test_the_role_is_part_of_the_route(running: Running) -> None:
    refused = await running.visitor("viewer").post("/notes", {"text": "a"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert (await running.visitor("viewer").get("/notes")).status_code == 200


async def test_what_was_made_is_there_at_once_and_listed_when_the_read_model_has_it(running: Running) -> None:
    made = await running.visitor().post("/notes", {"text": "two words"})
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    there = await running.visitor("viewer").get(made.headers["location"].removeprefix("/api/v1"))
    assert there.json()["data"]["text"] == "two words"
    await running.settle()
    assert [each["words"] for each in (await running.visitor().get("/notes")).json()["data"]] == [2]


async def test_a_change_of_something_old_is_refused(running: Running) -> None:
    place = (await running.visitor().post("/notes", {"text": "a"})).headers["location"].removeprefix("/api/v1")
    ok = await running.visitor().ask("PUT", place, json={"text": "b"}, headers={"If-Match": '"1"'})
    assert (ok.status_code, ok.headers["etag"]) == (200, '"2"')
    stale = await running.visitor().ask("PUT", place, json={"text": "c"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "WRONG_VERSION")
    junk = await running.visitor().ask("PUT", place, json={"text": "c"}, headers={"If-Match": "junk"})
    assert junk.status_code == 422
    same = await running.visitor().get(place, headers={"If-None-Match": '"2"'})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "text"), ({"text": ""}, "text"), ({"text": "a", "more": 1}, "more"), ({"text": 1}, "text"), ([], "body")],
)
async def test_a_wrong_body_is_told_field_by_field(running: Running, body: object, field: str) -> None:
    answer = await running.visitor().post("/notes", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert field in answer.json()["error"]["details"]["fields"][0]["field"]


async def test_what_cannot_be_read_at_all_is_refused(running: Running) -> None:
    for content in (b"{", b"\xff\xfe", b'{"text": "\\ud800"}', b'{"text": NaN}'):
        answer = await running.visitor().ask(
            "POST", "/notes", content=content, headers={"Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, content
        assert answer.json()["success"] is False


async def test_unknown_parameters_fields_orders_and_marks_are_refused(running: Running) -> None:
    for query in ("colour=red", "fields=nothing", "sort=colour", "cursor=junk", "limit=0", "limit=201"):
        answer = await running.visitor().get(f"/notes?{query}")
        if query != "fields=nothing":
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), query


async def test_a_parameter_that_is_there_twice_is_refused(running: Running) -> None:
    answer = await running.visitor().get("/notes?limit=1&limit=2")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


async def test_only_the_fields_that_are_wanted_are_sent(running: Running) -> None:
    place = (await running.visitor().post("/notes", {"text": "a"})).headers["location"].removeprefix("/api/v1")
    assert (await running.visitor().get(f"{place}?fields=text")).json()["data"] == {"text": "a"}
    assert (await running.visitor().get(f"{place}?fields=colour")).status_code == 422


async def test_pages_follow_each_other(running: Running) -> None:
    for text in "dbca":
        await running.visitor().post("/notes", {"text": text})
    await running.settle()
    seen, query = [], "/notes?limit=3&sort=-text"
    while query:
        page = (await running.visitor().get(query)).json()
        seen += [each["text"] for each in page["data"]]
        following = page["meta"]["page"]["next"]
        query = f"/notes?limit=3&sort=-text&cursor={following}" if following else ""
    assert seen == ["d", "c", "b", "a"]


async def test_unknown_places_and_methods_are_in_the_one_shape(running: Running) -> None:
    nowhere = await running.visitor().get("/nowhere")
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "NOT_FOUND")
    wrong = await running.visitor().ask("DELETE", "/notes")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "GET, HEAD, POST"
    assert (await running.visitor().ask("OPTIONS", "/notes")).headers["allow"] == "GET, HEAD, POST"


async def test_a_head_is_that_of_the_answer(running: Running) -> None:
    made = await running.visitor().post("/notes", {"text": "a"})
    place = made.headers["location"].removeprefix("/api/v1")
    whole, head = await running.visitor().get(place), await running.visitor().ask("HEAD", place)
    assert (head.status_code, head.content) == (200, b"")
    assert {head.headers[name] for name in ("etag", "content-length")} == {
        whole.headers["etag"],
        str(len(whole.content)),
    }
    assert (await running.visitor().ask("HEAD", "/nowhere")).status_code == 404
    assert (await running.anonymous.ask("HEAD", place)).status_code == 401
    async with asyncio.timeout(10):
        stream = await running.visitor().ask("HEAD", "/stream")
    assert (stream.status_code, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


async def test_a_known_etag_saves_an_answer_but_never_that_of_a_change(running: Running) -> None:
    place = (await running.visitor().post("/notes", {"text": "a"})).headers["location"].removeprefix("/api/v1")
    known = {"If-None-Match": '"1", "2"'}
    assert (await running.visitor().get(place, headers=known)).status_code == 304
    changed = await running.visitor().ask("PUT", place, json={"text": "b"}, headers=known)
    assert (changed.status_code, changed.json()["data"]["text"]) == (200, "b")


async def test_an_unexpected_error_says_nothing_of_itself_and_is_told_to_the_error_bus(running: Running) -> None:
    heard: list[ErrorReport] = []

    class Bus:
        async def report(self, error: ErrorReport, /) -> None:
            heard.append(error)

    running.platform.site.errors.report = Bus().report  # type: ignore[method-assign]  # the test listens in
    answer = await running.visitor().post("/notes/broken")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "UNEXPECTED_ERROR")
    assert "hunter2" not in answer.text
    assert [(each.tenant, each.severity, each.message) for each in heard] == [(ACME, "ERROR", "ValueError")]


async def test_a_body_that_is_too_large_is_refused(running: Running) -> None:
    large = b'{"text": "' + b"a" * 1_100_000 + b'"}'
    told = await running.visitor().ask("POST", "/notes", content=large)

    async def drop_by_drop() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"a" * 100_000

    untold = await running.visitor().ask("POST", "/notes", content=drop_by_drop())
    assert {told.status_code, untold.status_code} == {413}
    assert untold.json()["error"]["code"] == "BODY_TOO_LARGE"


async def test_every_answer_has_the_headers_of_security_and_its_id(running: Running) -> None:
    given = "8d3a1f3e-2f6b-4c60-9a39-0d7f3c8a6f10"
    answer = await running.visitor().get("/notes", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == answer.json()["meta"]["request_id"] == given
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert int(answer.headers["ratelimit-remaining"]) < int(answer.headers["ratelimit-limit"])


async def test_a_browser_must_prove_its_page_when_it_changes_something(running: Running) -> None:
    cookies = {"Cookie": "skafu_session=developer"}
    assert (await running.anonymous.get("/notes", headers=cookies)).status_code == 200
    refused = await running.anonymous.post("/notes", {"text": "a"}, headers=cookies)
    assert refused.status_code == 403
    proven = await running.anonymous.post("/notes", {"text": "a"}, headers={**cookies, "X-Skafu-Request": "1"})
    assert proven.status_code == 201


def test_a_bucket_fills_again() -> None:
    seconds = [0.0]
    limiter = RateLimiter(Rate(per_second=2, burst=3), lambda: seconds[0])
    assert [limiter.take("a").exhausted for _ in range(4)] == [False, False, False, True]
    assert not limiter.take("b").exhausted
    seconds[0] = 0.5
    assert not limiter.take("a").exhausted
    last = limiter.take("a")
    assert last.exhausted
    assert last.headers()["Retry-After"] == "1"


async def test_requests_are_bounded_for_each_caller_and_for_each_address_that_nobody_knows(tmp_path: Path) -> None:
    async with platform_of(tmp_path, makers=[notes_part], requests_per_second=0.001, requests_at_once=3) as running:
        mine = [await running.visitor().get("/notes") for _ in range(4)]
        assert [each.status_code for each in mine] == [200, 200, 200, 429]
        assert [each.headers["ratelimit-remaining"] for each in mine] == ["2", "1", "0", "0"]
        assert mine[-1].json()["error"]["code"] == "TOO_MANY_REQUESTS"
        assert int(mine[-1].headers["retry-after"]) > 500
        assert (await running.visitor("viewer").get("/notes")).status_code == 200
        junk = [await running.visitor(f"junk {number}").get("/notes") for number in range(4)]
        assert [each.status_code for each in junk] == [401, 401, 401, 429]


async def test_pages_of_known_origins_alone_may_call_and_read_refusals_too(tmp_path: Path) -> None:
    async with platform_of(tmp_path, makers=[notes_part], cors_origins=["https://app.example"]) as running:
        ours, theirs = {"Origin": "https://app.example"}, {"Origin": "https://evil.example"}
        wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "if-match,last-event-id"}
        asked = await running.anonymous.ask("OPTIONS", "/notes", headers={**ours, **wish})
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "https://app.example")
        refused = await running.anonymous.ask("OPTIONS", "/notes", headers={**theirs, **wish})
        assert "access-control-allow-origin" not in refused.headers
        assert (refused.status_code, refused.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
        large = await running.visitor().ask("POST", "/notes", content=b"a" * 1_100_000, headers=ours)
        assert (large.status_code, large.headers["access-control-allow-origin"]) == (413, "https://app.example")
        assert "etag" in large.headers["access-control-expose-headers"].lower()


async def test_a_request_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    class Hanging(KnownPeople):
        async def authenticate(self, _credentials: Credentials, /) -> Principal | None:
            await asyncio.Event().wait()
            return None

    async with platform_of(tmp_path, makers=[notes_part], people=Hanging(), request_seconds=0.05) as running:
        ended = await running.visitor().get("/notes")
    assert (ended.status_code, ended.json()["error"]["code"]) == (503, "TIMED_OUT")


async def test_live_events_come_once_in_order_and_go_on_exactly_where_they_ended(running: Running) -> None:
    live, ready = running.platform.live, asyncio.Event()
    hub = asyncio.create_task(live.run(ready))
    await ready.wait()
    visitor, other = running.visitor(), running.visitor("other")
    seen: list[str] = []
    last = None
    for start in range(0, 12, 4):
        for number in range(start, start + 2):
            await visitor.post("/notes", {"text": f"{number}"})
            await other.post("/notes", {"text": "not yours"})
        if last is None:
            last = (await running.platform.storage.feed.read(limit=1)).events[0].position
            seen.append("0")
        async with aclosing(live.follow(ACME, last, beat=5)) as events:
            for number in range(start + 2, start + 4):
                await visitor.post("/notes", {"text": f"{number}"})
            wanted = 3 if start == 0 else 4
            async for event in events:
                assert event is not None
                assert isinstance(event.event, notes_part.NoteWritten)
                seen.append(event.event.text)
                last = event.position
                wanted -= 1
                if not wanted:
                    break
    assert seen == [str(number) for number in range(12)]
    hub.cancel()


async def test_a_stream_says_where_it_begins_and_ends_so_that_its_caller_is_looked_at_again(running: Running) -> None:
    await running.visitor().post("/notes", {"text": "before"})
    ready = asyncio.Event()
    hub = asyncio.create_task(running.platform.live.run(ready))
    await ready.wait()
    transport = httpx.ASGITransport(application(running.platform, Pace(beat=0.01, lasts=0.05)))
    async with httpx.AsyncClient(transport=transport, base_url="http://skafu.test") as client:
        head = {"Authorization": "Bearer developer"}
        first = await client.get("/api/v1/stream", headers=head)
        (beginning,) = re.findall("^id: (.+)$", first.text, re.MULTILINE)
        await running.visitor().post("/notes", {"text": "between two streams"})
    longer = httpx.ASGITransport(application(running.platform, Pace(beat=0.01, lasts=1)))
    async with httpx.AsyncClient(transport=longer, base_url="http://skafu.test") as client:
        second = await client.get("/api/v1/stream", headers={**head, "Last-Event-ID": beginning})
        assert second.text.count("between two streams") == 1
    endless = httpx.ASGITransport(application(running.platform, Pace(beat=0.01, lasts=3600)))
    async with asyncio.timeout(20), httpx.AsyncClient(transport=endless, base_url="http://skafu.test") as client:
        third = asyncio.create_task(client.get("/api/v1/stream", headers=head))
        await asyncio.sleep(0.1)
        assert not third.done()
        del running.people.by_token["developer"]
        assert "still here" in (await third).text
        running.people.by_token["developer"] = principal("developer")
    quiet = httpx.ASGITransport(application(running.platform, Pace(beat=3600, trust=0, lasts=3600)))
    async with asyncio.timeout(20), httpx.AsyncClient(transport=quiet, base_url="http://skafu.test") as client:
        fourth = asyncio.create_task(client.get("/api/v1/stream", headers=head))
        await asyncio.sleep(0.1)
        del running.people.by_token["developer"]
        await running.visitor("admin").post("/notes", {"text": "not for who was removed"})
        assert "not for who was removed" not in (await fourth).text
        assert (await client.get("/api/v1/stream", headers=head)).status_code == 401
    hub.cancel()


class _Away(KnownPeople):
    """Nobody can be looked up, for a reason that is nobody's business."""

    away = True

    async def authenticate(self, credentials: Credentials, /) -> Principal | None:
        if self.away:
            raise Unavailable("PostgreSQL at db-7.inside does not answer", told="the database does not answer")
        return await super().authenticate(credentials)


async def test_where_the_database_stands_is_told_to_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with platform_of(tmp_path, makers=[notes_part], people=_Away()) as running:
        answer = await running.visitor().get("/notes")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["message"]) == (503, "UNAVAILABLE", "the database does not answer")
    assert "db-7" not in answer.text
    assert "db-7" in caplog.text


async def test_a_stream_whose_store_goes_away_ends_and_is_no_failure_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    people = _Away()
    people.away = False
    async with platform_of(tmp_path, makers=[notes_part], people=people) as running:
        transport = httpx.ASGITransport(application(running.platform, Pace(beat=0.01, lasts=3600)))
        async with asyncio.timeout(20), httpx.AsyncClient(transport=transport, base_url="http://skafu.test") as client:
            listening = asyncio.create_task(client.get("/api/v1/stream", headers={"Authorization": "Bearer developer"}))
            await asyncio.sleep(0.1)
            people.away = True
            assert (await listening).text.startswith("retry: 2000")
    assert "unexpected error" not in caplog.text


async def test_the_openapi_document_names_every_route_and_its_errors(running: Running) -> None:
    document = json.loads((await running.client.get("/api/v1/openapi.json")).content)
    assert set(document["paths"]) == {"/api/v1/notes", "/api/v1/notes/{note_id}", "/api/v1/stream"}
    assert "401" in document["paths"]["/api/v1/notes"]["get"]["responses"]
