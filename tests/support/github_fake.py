"""GitHub on loopback, stricter than the original: what is not as GitHub describes it fails the test.

It can also be as bad as the original on a bad day: limits, errors, lost connections, old news, tokens that end.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from github_description import Json, Operation, Undescribed, description
from github_people import PEOPLE, create_in_org
from github_world import GIT, Answered, Asked, World, moment, refused
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

CLIENT, SLUG, CLIENT_SECRET = "Iv1.skafu", "skafu-app", "client-secret-5d2"
KEY = RSAKey.generate_key(2048)
Kind = Literal["secondary", "retry-after", "primary", "broken", "html", "drop", "drop-after", "stale", "expired"]
Headers = Mapping[str, str]


@dataclass
class Trouble:
    """What goes wrong with the next requests that fit."""

    kind: Kind
    at: str = ""
    times: int = 1


@dataclass(frozen=True)
class Call:
    """A request that arrived."""

    method: str
    path: str
    headers: Headers
    body: Json


@dataclass
class FakeGitHub:
    """The server's state, and what tests do to it."""

    world: World
    clock: Callable[[], datetime]
    troubles: list[Trouble] = field(default_factory=list)
    chaos: Callable[[Call], Kind | None] = lambda _: None
    complaints: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    tokens: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    people: dict[str, list[Json]] = field(default_factory=dict)
    page: int = 0
    conditional: int = 0
    token_life: timedelta = timedelta(hours=1)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return self.world.address

    def asked(self, method: str, path: str) -> int:
        """How often something was asked."""
        return sum(each.method == method and re.search(path, each.path) is not None for each in self.calls)

    def trouble(self, kind: Kind, at: str = "", times: int = 1) -> None:
        """Let the next requests that fit go wrong."""
        self.troubles.append(Trouble(kind, at, times))

    def next_trouble(self, call: Call) -> Kind | None:
        for trouble in self.troubles:
            if trouble.times and re.search(trouble.at, f"{call.method} {call.path}"):
                trouble.times -= 1
                return trouble.kind
        return self.chaos(call)

    def respond(self, call: Call) -> tuple[int, Json, dict[str, str], bool]:
        """The answer: status, body, headers, and whether the connection is lost before it arrives."""
        self.calls.append(call)
        kind = self.next_trouble(call)
        if kind in {"drop", "secondary", "retry-after", "primary", "broken", "html"}:
            return *self._bad(kind), kind == "drop"
        if kind == "expired":
            self.tokens.clear()
        status, body, headers = self._checked(call, stale=kind == "stale")
        return status, body, headers, kind == "drop-after"

    def _bad(self, kind: Kind) -> tuple[int, Json, dict[str, str]]:
        match kind:
            case "secondary":
                return *refused(403, "You have exceeded a secondary rate limit. Please wait."), {}
            case "retry-after":
                return *refused(429, "You have exceeded a secondary rate limit."), {"Retry-After": "7"}
            case "primary":
                reset = str(int(self.clock().timestamp()) + 20)
                limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
                return *refused(403, "API rate limit exceeded for installation ID 42."), limits
            case "html":
                return 502, b"<html>Bad gateway</html>", {}
            case _:
                return *refused(500, "Server Error"), {}

    def _checked(self, call: Call, *, stale: bool) -> tuple[int, Json, dict[str, str]]:
        path, _, query = call.path.partition("?")
        if path == "/login/oauth/access_token":
            return *self._login(call), {}
        found = description().find(call.method, path)
        if found is None:
            return self._complain(f"{call.method} {path} is not what Skafu says that it uses")
        operation, values = found
        try:
            _check_headers(call)
            operation.check_request(values, query, call.body)
            status, body = self._carried_out(
                operation, call, Asked(values, dict(parse_qsl(query)), call.body or {}, stale)
            )
            operation.check_answer(status, body)
        except (Undescribed, AssertionError) as error:
            return self._complain(str(error) or repr(error))
        return self._paged(call, status, body)

    def _complain(self, words: str) -> tuple[int, Json, dict[str, str]]:
        self.complaints.append(words)
        return *refused(400, words), {}

    def _carried_out(self, operation: Operation, call: Call, asked: Asked) -> Answered:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if operation.name == "apps/create-installation-access-token":
            return self._token(token, int(asked.values["installation_id"]))
        if operation.name == "apps/list-installations-for-authenticated-user":
            return self._installations(token)
        assert operation.for_apps, f"{operation.name} is not for GitHub Apps"
        installation, ends = self.tokens.get(token, (0, self.clock()))
        if ends <= self.clock():
            return refused(401, "Bad credentials")
        owner = asked.values.get("owner") or asked.values["org"]
        if self.world.organisations.get(owner.lower()) != installation:
            return refused(404, "Not Found")
        if call.method != "GET":
            self.world.remember()
        if operation.name == "repos/create-in-org":
            return create_in_org(self.world, asked)
        repo = self.world.find(asked)
        if repo is None:
            return refused(404, "Not Found")
        return _DEEDS[operation.name](self.world, repo, asked)

    def _token(self, token: str, installation: int) -> Answered:
        try:
            said = jwt.decode(token, KEY, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return refused(401, "A JSON web token could not be decoded")
        now = self.clock().timestamp()
        assert said["iss"] == CLIENT
        assert said["iat"] <= now - 30, "the clocks may differ"
        assert now < said["exp"] <= said["iat"] + 600
        if installation not in self.world.organisations.values():
            return refused(404, "Not Found")
        value = "ghs_" + sha256(f"{installation} {len(self.calls)}".encode()).hexdigest()[:36]
        self.tokens[value] = (installation, self.clock() + self.token_life)
        return 201, {"token": value, "expires_at": moment(self.clock() + self.token_life)}

    def _installations(self, token: str) -> Answered:
        if token not in self.people:
            return refused(401, "Bad credentials")
        return 200, {"total_count": len(self.people[token]), "installations": self.people[token]}

    def _login(self, call: Call) -> Answered:
        form = dict(parse_qsl(call.body.decode())) if isinstance(call.body, bytes) else {}
        assert (form.get("client_id"), form.get("client_secret")) == (CLIENT, CLIENT_SECRET)
        if form.get("code") not in self.people:
            return 200, {"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}
        return 200, {"access_token": form["code"], "token_type": "bearer", "scope": ""}

    def _paged(self, call: Call, status: int, body: Json) -> tuple[int, Json, dict[str, str]]:
        headers: dict[str, str] = {"x-ratelimit-remaining": "4000", "x-ratelimit-reset": "9999999999"}
        if call.method != "GET" or status != 200:
            return status, body, headers
        if isinstance(body, list):
            body, link = self._page(call, body)
            headers |= link
        tag = '"' + sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16] + '"'
        if call.headers.get("if-none-match") == tag:
            self.conditional += 1
            return 304, None, headers | {"ETag": tag}
        return status, body, headers | {"ETag": tag}

    def _page(self, call: Call, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
        path, _, query = call.path.partition("?")
        asked = dict(parse_qsl(query))
        size = min(int(asked.get("per_page", 30)), self.page or 100)
        page = int(asked.get("page", 1))
        start = (page - 1) * size
        rest = urlencode({**asked, "page": page + 1})
        link = f'<{self.address}{path}?{rest}>; rel="next"'
        return items[start : start + size], {"Link": link} if len(items) > start + size else {}


_DEEDS = {**GIT, **PEOPLE}


def _check_headers(call: Call) -> None:
    assert call.headers.get("accept") == "application/vnd.github+json", call.headers
    assert call.headers.get("x-github-api-version") == "2022-11-28", call.headers
    assert call.headers.get("user-agent") == "skafu", call.headers
    assert call.headers.get("authorization", "").startswith("Bearer "), call.headers
    assert call.body is None or call.headers.get("content-type") == "application/json", call.headers


def _handler(fake: FakeGitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer_request(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            is_json = headers.get("content-type") == "application/json"
            body = json.loads(raw) if raw and is_json else raw or None
            with fake.lock:
                status, said, more, lost = fake.respond(Call(self.command, self.path, headers, body))
            if lost:
                self.close_connection = True
                return
            text = b"" if said is None else said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer_request  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def fake_github(clock: Callable[[], datetime]) -> Iterator[FakeGitHub]:
    """Serve until the block ends; whatever was not as described fails the test then."""
    fake = FakeGitHub(World(clock), clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.world.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert fake.complaints == []
