import threading
import time
from typing import Any

import pytest
from scripted_api import Asked, scripted_api

from skafu.kernel.errors import Unavailable
from skafu.proof.driving.http import Answer, Api, Request


def ok(_asked: Asked) -> tuple[int, Any]:
    return 200, {"success": True, "data": {"version": 1}}


def test_a_request_carries_path_query_token_and_body() -> None:
    with scripted_api(ok) as server, Api(server.address + "/stage") as api:
        request = Request(
            "POST",
            "/orders/{order_id}/cancel",
            {"order_id": "a b/c"},
            {"limit": 2, "cursor": None},
            token="secret",  # noqa: S106
            body={"reason": "late"},
            headers={"If-Match": '"3"'},
        )
        answer = api.send(request)

    (asked,) = server.asked
    assert asked.target == "/stage/api/v1/orders/a%20b%2Fc/cancel?limit=2"
    assert (asked.headers["authorization"], asked.headers["if-match"]) == ("Bearer secret", '"3"')
    assert asked.body == b'{"reason": "late"}'
    assert answer.data == {"version": 1}


def test_a_body_in_bytes_is_sent_as_it_is_and_nobody_has_no_authorization() -> None:
    with scripted_api(ok) as server, Api(server.address) as api:
        api.send(Request("POST", "/orders", body=b"{broken"))

    (asked,) = server.asked
    assert asked.body == b"{broken"
    assert "authorization" not in asked.headers


def test_connections_are_kept() -> None:
    with scripted_api(ok) as server, Api(server.address) as api:
        for _ in range(3):
            api.send(Request("GET", "/orders"))
        assert len({asked.port for asked in server.asked}) == 1
        assert api.requests == 3


def test_a_closed_connection_is_opened_again() -> None:
    answers = iter([(200, {}), (0, None), (200, {"data": 2})])
    with scripted_api(lambda _asked: next(answers)) as server, Api(server.address) as api:
        api.send(Request("GET", "/orders"))
        assert api.send(Request("GET", "/orders")).data == 2


def test_nothing_there_is_unavailable() -> None:
    with scripted_api(lambda _asked: (0, None)) as server, pytest.raises(Unavailable, match=r"GET .*/orders"):
        Api(server.address).send(Request("GET", "/orders"))


def test_a_throttled_request_is_sent_again_but_a_429_of_the_system_is_an_answer() -> None:
    answers = iter([(429, {"message": "Too Many Requests"}), (200, {"data": "done"})])
    with scripted_api(lambda _asked: next(answers)) as server, Api(server.address) as api:
        assert api.send(Request("GET", "/orders")).data == "done"
    own = {"success": False, "error": {"code": "too_many", "message": "", "details": {}}}
    with scripted_api(lambda _asked: (429, own)) as server, Api(server.address) as api:
        assert api.send(Request("GET", "/orders")).code == "too_many"


@pytest.mark.parametrize(("together", "most"), [(False, 1), (True, 2)])
def test_requests_to_one_route_wait_for_each_other_unless_told(together: bool, most: int) -> None:
    inside: list[int] = []
    seen: list[int] = []
    both = threading.Barrier(2, timeout=5)

    def slow(_asked: Asked) -> tuple[int, Any]:
        inside.append(1)
        if together:
            both.wait()
        seen.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return 200, {}

    with scripted_api(slow) as server, Api(server.address) as api:
        threads = [
            threading.Thread(target=api.send, args=(Request("GET", "/a"),), kwargs={"side_by_side": together})
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert max(seen) == most


def test_an_answer_in_another_form_has_no_code_and_no_data() -> None:
    answer = Answer(502, {}, "Bad gateway")
    assert (answer.code, answer.data, answer.meta) == ("", None, {})
    assert str(answer) == "502 Bad gateway"
