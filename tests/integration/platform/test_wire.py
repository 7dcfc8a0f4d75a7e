"""What comes over the wire and is no request, or one that does not end: bounded, and refused in the one shape."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from platform_process import PlatformProcess, platform_process

Json = dict[str, Any]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    folder = tmp_path_factory.mktemp("wire")
    with platform_process("up", "--data", str(folder), "--port", "0", SKAFU_REQUEST_SECONDS="1") as running:
        running.address()
        yield running


def _sent(running: PlatformProcess, *parts: bytes, ends: bool = False) -> bytes:
    """All that is answered to these bytes, until the server closes the connection."""
    place = httpx.URL(running.address())
    with socket.create_connection((place.host, place.port), 30) as connection:
        for part in parts:
            try:
                connection.sendall(part)
            except OSError:
                break  # it has been refused already
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while more := connection.recv(65_536):
                answer += more
        except ConnectionResetError:
            pass  # what was still under way is thrown away
        return answer


def _refusal(answer: bytes) -> tuple[int, Json]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode().splitlines()
    named = {name.lower(): value for name, _, value in (each.partition(": ") for each in fields)}
    told: Json = json.loads(body)
    assert set(told) == {"success", "error", "meta"}
    assert named["x-request-id"] == told["meta"]["request_id"]
    assert named["x-content-type-options"] == "nosniff"
    return int(status.split()[1]), told["error"]


@pytest.mark.parametrize(
    "request_",
    [
        b"FOO /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_is_no_request_is_refused_in_the_one_shape(running: PlatformProcess, request_: bytes) -> None:
    status, error = _refusal(_sent(running, request_))
    assert (status, error["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "parts",
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 70_000 + b"\r\n\r\n",),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % each for each in range(20_000)) + b"\r\n",),
        (b"GET /" + b"y" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",),
        (b"GET / HTTP/1.1\r\nX-Endless: ", *[b"y" * 60_000] * 8),
    ],
    ids=["one", "many", "address", "endless"],
)
def test_header_fields_that_are_too_large_are_refused_before_they_end(
    running: PlatformProcess, parts: tuple[bytes, ...]
) -> None:
    status, error = _refusal(_sent(running, *parts))
    assert (status, error["code"]) == (431, "HEADERS_TOO_LARGE")


def test_many_small_requests_at_once_are_no_large_one(running: PlatformProcess) -> None:
    many = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"y" * 900 + b"\r\n\r\n"
    answer = _sent(running, many * 100 + b"GET /healthz HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 101


def test_a_request_that_does_not_come_is_not_waited_for(running: PlatformProcess) -> None:
    status, error = _refusal(_sent(running, b"GET / HTTP/1.1\r\nHost"))
    assert (status, error["code"]) == (408, "REQUEST_TIMED_OUT")
    assert _sent(running) == b""


def test_a_body_that_does_not_come_is_the_callers_mistake(running: PlatformProcess) -> None:
    head = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    status, error = _refusal(_sent(running, head + b"Content-Length: 10\r\n\r\n{"))
    assert (status, error["code"]) == (408, "REQUEST_TIMED_OUT")


def test_who_leaves_in_the_middle_of_a_body_is_no_failure_of_ours(running: PlatformProcess) -> None:
    link = running.line("Sign in within an hour").partition("owner=")[2]
    entered = httpx.post(f"{running.address()}/api/v1/auth/link", json={"link": link}).json()["data"]
    head = f"POST /api/v1/templates?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {entered['access_token']}\r\n"
    _sent(running, head.encode() + b"Content-Length: 10\r\n\r\nPK", ends=True)
    running.logs('"route":"/api/v1/templates"')
    assert not [line for line in running.logged if '"ERROR"' in line]
