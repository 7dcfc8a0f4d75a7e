"""The client of a server: what it sends, what it sends again, and what it makes of errors."""

from typing import TYPE_CHECKING

import pytest
from scripted_api import Asked, Scripted
from scripted_server import fine, server_and_client, wrong

from skafu.entrypoints.cli.remote.answers import NotSignedIn, ServerUnreachable
from skafu.entrypoints.cli.remote.client import Client, Nobody, Shown
from skafu.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, SkafuError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_request_shows_who_calls_and_answers_with_data_and_version() -> None:
    with server_and_client(lambda _: fine({"name": "shop"}, version=7)) as (api, client, _):
        found = client.get("/projects/1", {"at": None, "fields": "id"})
    assert (found.thing, found.version) == ({"name": "shop"}, "7")
    assert (api.asked[0].method, api.asked[0].target) == ("GET", "/api/v1/projects/1?fields=id")
    assert api.asked[0].headers["authorization"] == "Bearer t0ken"


def test_nobody_shows_nothing() -> None:
    with server_and_client(lambda _: fine({}), Nobody()) as (api, client, _):
        client.post("/auth/sign-in", {})
    assert "authorization" not in api.asked[0].headers


def test_pages_are_followed_until_there_is_enough() -> None:
    def answer(asked: Asked) -> Scripted:
        return fine([{"n": 2}]) if "cursor=two" in asked.target else fine([{"n": 0}, {"n": 1}], following="two")

    with server_and_client(answer) as (api, client, _):
        assert client.pages("/things") == ([{"n": 0}, {"n": 1}, {"n": 2}], False)
        assert client.pages("/things", limit=2) == ([{"n": 0}, {"n": 1}], True)
        assert client.pages("/things", limit=3) == ([{"n": 0}, {"n": 1}, {"n": 2}], False)
    assert [each.target.partition("?")[2] for each in api.asked[-2:]] == ["limit=3", "limit=1&cursor=two"]


def test_every_post_has_a_key_of_its_own_that_a_repetition_keeps() -> None:
    answers: Iterator[Scripted] = iter([wrong(503, "TIMED_OUT", "slow"), fine({}), fine({})])
    with server_and_client(lambda _: next(answers)) as (api, client, waited):
        client.post("/projects", {"name": "shop"}, if_match="3")
        client.post("/projects", {"name": "shop"})
    first, again, other = (each.headers["idempotency-key"] for each in api.asked)
    assert first == again != other
    assert [each.headers.get("if-match") for each in api.asked] == ['"3"', '"3"', None]
    assert waited == [0.2]


def test_who_is_told_to_wait_waits_that_long() -> None:
    answers = iter([wrong(429, "TOO_MANY_REQUESTS", "slow down", Retry_After="7"), fine({})])
    with server_and_client(lambda _: next(answers)) as (_, client, waited):
        client.change("DELETE", "/projects/1")
    assert waited == [7]


def test_a_quota_that_is_used_up_till_tomorrow_is_told_at_once() -> None:
    told = wrong(429, "QUOTA_EXCEEDED", "20 proofs today", {"fix": "wait"}, Retry_After="40000")
    with server_and_client(lambda _: told) as (api, client, waited), pytest.raises(Refused) as error:
        client.post("/projects/1/prove")
    assert (str(error.value), error.value.fix, waited, len(api.asked)) == ("20 proofs today", "wait", [], 1)


def test_patience_has_an_end() -> None:
    with server_and_client(lambda _: wrong(503, "UNAVAILABLE", "closed")) as (api, client, waited):
        with pytest.raises(Unavailable, match="closed"):
            client.get("/projects")
        assert (len(api.asked), waited) == (5, [0.2, 1.0, 3.0, 10.0])


def test_an_answer_that_is_lost_is_asked_for_again() -> None:
    answers: Iterator[Scripted] = iter([fine({}), (0, ""), fine({"n": 1})])
    with server_and_client(lambda _: next(answers)) as (api, client, _):
        client.get("/whatever")
        assert client.post("/projects").thing == {"n": 1}
    assert api.asked[1].headers["idempotency-key"] == api.asked[2].headers["idempotency-key"]


def test_a_removal_whose_answer_is_lost_is_not_sent_again() -> None:
    answers: Iterator[Scripted] = iter([fine({}), (0, "")])
    with server_and_client(lambda _: next(answers)) as (api, client, _):
        client.get("/whatever")
        with pytest.raises(ServerUnreachable):
            client.change("DELETE", "/projects/1")
    assert len(api.asked) == 2


def test_who_was_never_there_is_not_asked_again() -> None:
    waited: list[float] = []
    client = Client("http://127.0.0.1:9", Shown("t0ken"), wait=waited.append)
    with pytest.raises(ServerUnreachable, match="does not answer") as error:
        client.get("/projects")
    client.close()
    assert waited == []
    assert "t0ken" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "NOT_SIGNED_IN", NotSignedIn),
        (403, "FORBIDDEN", Forbidden),
        (404, "PROJECT_NOT_FOUND", NotFound),
        (409, "PROJECT_NAME_TAKEN", Conflict),
        (412, "WRONG_VERSION", Conflict),
        (413, "BODY_TOO_LARGE", Invalid),
        (422, "VALIDATION_ERROR", Invalid),
        (422, "BLUEPRINT_HAS_ERRORS", Refused),
        (500, "UNEXPECTED_ERROR", Unavailable),
    ],
)
def test_an_error_keeps_its_words_and_becomes_one_of_ours(status: int, code: str, kind: type[SkafuError]) -> None:
    told = wrong(status, code, "it is so", {"fix": "do so", "findings": ["line 1"]})
    with server_and_client(lambda _: told) as (_, client, _), pytest.raises(kind) as error:
        client.get("/projects/1")
    said = f"{error.value.message} {error.value.fix}"
    assert status in {401, 412} or said == "it is so\n  line 1 do so"
    assert status != 401 or "skafu login" in said
    assert status != 412 or "somebody has changed it" in said


def test_what_the_operator_needs_to_know_is_told() -> None:
    told = wrong(500, "UNEXPECTED_ERROR", "something went wrong", X_Request_Id="r-1")
    with server_and_client(lambda _: told) as (_, client, _), pytest.raises(Unavailable) as error:
        client.get("/projects")
    assert "r-1" in error.value.fix


@pytest.mark.parametrize("content", [b"<html>502</html>", b"[1]", b'{"data": 1'])
@pytest.mark.parametrize("status", [200, 302, 404, 502])
def test_somebody_else_who_answers_is_told_apart(status: int, content: bytes) -> None:
    with server_and_client(lambda _: (status, content)) as (_, client, _):
        for ask in (client.get, client.file):
            with pytest.raises(ServerUnreachable, match=f"answers {status}, but not as Skafu does"):
                ask("/projects")


def test_a_file_is_given_as_it_is() -> None:
    with server_and_client(lambda _: (200, b'{"a": 1}', {"X-Request-Id": "r-1"})) as (_, client, _):
        assert client.file("/projects/1/file", {"path": "a.json"}) == b'{"a": 1}'


def test_a_token_that_is_refused_is_renewed_once() -> None:
    class Renewing:
        def token(self) -> str:
            return "old"

        def renewed(self, refused: str, /) -> str:
            return "new" if refused == "old" else ""

    def answer(asked: Asked) -> Scripted:
        known = asked.headers["authorization"] == "Bearer new"
        return fine({"n": 1}) if known else wrong(401, "NOT_SIGNED_IN", "nobody is signed in")

    with server_and_client(answer, Renewing()) as (api, client, _):
        assert client.get("/projects/1").thing == {"n": 1}
    assert len(api.asked) == 2
