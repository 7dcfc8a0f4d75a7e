from typing import Annotated, Any

import msgspec
import pytest
from api_calls import call

from shared.aggregates import Committed, InstanceExists, InstanceMissing, KeyReused, NotUnique, PreconditionFailed
from shared.domain import BadCursor, Refusal, Refused
from shared.event_store import VersionConflict
from shared.http import HttpRequest, HttpResponse, route


class Order(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    number: Annotated[int, msgspec.Meta(ge=1)] = 1


@route
def echo(request: HttpRequest) -> HttpResponse:
    caller = request.caller("clerk")
    body = request.body(Order)
    context = request.context(caller, body)
    return request.answer(
        200,
        {
            "name": body.name,
            "id": caller.id,
            "roles": caller.roles,
            "key": context.idempotency_key,
            "digest": context.digest,
            "version": context.expected_version,
            "correlation": context.correlation_id,
        },
    )


def test_an_answer_has_the_envelope_of_success() -> None:
    status, body = call(echo, {"name": "a"}, roles="clerk admin")
    assert status == 200
    assert body["success"] is True
    assert body["errors"] == []
    assert body["meta"]["request_id"] == "request-1"
    assert body["data"]["roles"] == ["clerk", "admin"]


@pytest.mark.parametrize("sent", ["", "{", "[]", '{"name": 1}', '{"name": "a", "number": 0}', '{"name": "a", "x": 1}'])
def test_a_bad_body_is_refused_with_400(sent: str) -> None:
    status, body = call(echo, sent, roles="clerk")
    assert (status, body["success"], body["error"]["code"]) == (400, False, "invalid_request")


def test_a_caller_without_the_role_is_refused_with_403() -> None:
    assert call(echo, {"name": "a"}, roles="customer")[0] == 403


def test_headers_become_the_context() -> None:
    headers = {"if-match": '"3"', "x-correlation-id": "c1"}
    _, body = call(echo, {"name": "a"}, roles="clerk", headers=headers)
    assert (body["data"]["key"], body["data"]["digest"]) == (None, "")
    assert body["data"]["version"] == 3
    assert body["data"]["correlation"] == "c1"


def keyed(body: Any, *, key: str = "k1", **more: Any) -> tuple[str, str]:
    found = call(echo, body, roles="clerk", headers={"idempotency-key": key}, **more)[1]["data"]
    return found["key"], found["digest"]


def test_a_key_belongs_to_a_caller_a_route_and_a_path() -> None:
    first, digest = keyed({"name": "a"})
    assert first.startswith("user-1#ANY /test#")
    assert keyed('{ "number": 1,\n"name": "a" }') == (first, digest)
    assert keyed({"name": "b"})[0] == first
    assert keyed({"name": "b"})[1] != digest
    others = [keyed({"name": "a"}, key="k2"), keyed({"name": "a"}, user="user-2"), keyed({"name": "a"}, path={"id": "1"})]
    assert len({first, *(key for key, _ in others)}) == 4


def test_a_key_that_is_too_long_is_refused() -> None:
    assert call(echo, {"name": "a"}, roles="clerk", headers={"idempotency-key": "k" * 129})[0] == 400


def test_an_id_that_nothing_can_have_is_missing() -> None:
    @route
    def find(request: HttpRequest) -> HttpResponse:
        return request.answer(200, request.instance("order_id"))

    assert call(find, path={"order_id": "x" * 128})[1]["data"] == "x" * 128
    assert call(find, path={"order_id": "x" * 129})[0] == 404


def test_a_refusal_from_inside_a_calculation_is_refused_with_422() -> None:
    @route
    def add(_: HttpRequest) -> HttpResponse:
        raise Refused("different_currencies", "EUR and USD are different currencies.")

    status, body = call(add)
    assert (status, body["error"]["code"]) == (422, "different_currencies")


def test_an_etag_that_was_never_given_fails_the_precondition() -> None:
    assert call(echo, {"name": "a"}, roles="clerk", headers={"if-match": "abc"})[0] == 412


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InstanceMissing("x"), 404),
        (InstanceExists("x"), 409),
        (NotUnique("x"), 409),
        (KeyReused("x"), 422),
        (VersionConflict("x"), 409),
        (PreconditionFailed("x"), 412),
        (BadCursor("x"), 400),
        (RuntimeError("secret"), 500),
    ],
)
def test_each_failure_has_its_status(error: Exception, status: int) -> None:
    @route
    def failing(_: HttpRequest) -> HttpResponse:
        raise error

    answered, body = call(failing)
    assert answered == status
    assert "secret" not in str(body)


def test_results_of_commands_become_responses() -> None:
    results: list[Any] = [
        Committed(instance_id="o1", version=1, events=("Placed",)),
        Refusal("empty_order", "Nothing in it."),
    ]

    @route
    def create(request: HttpRequest) -> HttpResponse:
        return request.done(results[0], "order_id", location="/api/v1/orders/")

    @route
    def refused(request: HttpRequest) -> HttpResponse:
        return request.done(results[1], "order_id")

    status, body = call(create)
    assert (status, body["data"]) == (201, {"order_id": "o1", "version": 1, "events": ["Placed"]})
    status, body = call(refused)
    assert (status, body["error"]["code"]) == (422, "empty_order")
