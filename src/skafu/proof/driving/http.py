"""A small HTTP client for the deployed API: connections are kept, one request at a time per route."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from skafu.kernel.errors import Unavailable

SECONDS_FOR_AN_ANSWER = 45.0
"""A cold start on a busy machine takes most of it."""
_PAUSE_WHEN_THROTTLED = 0.05
_THROTTLED_AT_MOST = 200


@dataclass(frozen=True)
class Request:
    """A request to a route.

    Attributes:
        method: `GET`, `POST`, ...
        path: the route's path below `/api/v1`, with parameters as `{order_id}`.
        parameters: values of the path's parameters.
        query: values of the query string; None leaves one out.
        token: of the user who asks; empty for nobody.
        body: sent as JSON; bytes are sent as they are; None sends nothing.
        headers: further headers.
    """

    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def route(self) -> str:
        """The route that answers it: one function behind it."""
        return f"{self.method} {self.path}"

    @property
    def target(self) -> str:
        """The path and query string as they are sent."""
        quoted = {name: quote(value, safe="") for name, value in self.parameters.items()}
        asked = {name: value for name, value in self.query.items() if value is not None}
        return "/api/v1" + self.path.format_map(quoted) + (f"?{urlencode(asked)}" if asked else "")

    def __str__(self) -> str:
        """Say it in one line, without the token."""
        said = self.body.decode(errors="replace") if isinstance(self.body, bytes) else json.dumps(self.body)
        return f"{self.method} {self.target}" + ("" if self.body is None else f" {said[:300]}")


@dataclass(frozen=True)
class Answer:
    """What came back; `content` is the JSON of the body, or its text where it is none."""

    status: int
    headers: Mapping[str, str]
    content: Any

    @property
    def data(self) -> Any:  # noqa: ANN401
        """The `data` of a successful answer."""
        return self.content.get("data") if isinstance(self.content, dict) else None

    @property
    def code(self) -> str:
        """The code of an error; empty for a success, or an answer in another form."""
        error = self.content.get("error") if isinstance(self.content, dict) else None
        return str(error.get("code", "")) if isinstance(error, dict) else ""

    @property
    def meta(self) -> dict[str, Any]:
        """The `meta` of the envelope."""
        meta = self.content.get("meta") if isinstance(self.content, dict) else None
        return meta if isinstance(meta, dict) else {}

    def __str__(self) -> str:
        """Say it in one line."""
        said = self.content if isinstance(self.content, str) else json.dumps(self.content)
        return f"{self.status} {said[:400]}"


class Api:
    """The deployed API.

    Requests to one route wait for each other, because each one at the same time would start a function of its own;
    `side_by_side` lifts that.
    """

    def __init__(self, address: str) -> None:
        """Point to an API.

        Args:
            address: where it answers, for example `http://127.0.0.1:4566/_aws/execute-api/abc`.
        """
        parts = urlsplit(address)
        self.address = address
        self._host, self._prefix = parts.netloc, parts.path.rstrip("/")
        self._idle: list[HTTPConnection] = []
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self.requests = 0

    def send(self, request: Request, *, side_by_side: bool = False) -> Answer:
        """Send a request and wait for its answer; a throttled one is sent again.

        Args:
            request: what to send.
            side_by_side: don't wait for other requests to the same route.

        Raises:
            Unavailable: nothing answered.
        """
        if side_by_side:
            return self._unthrottled(request)
        with self._guard:
            turn = self._turns[request.route]
        with turn:
            return self._unthrottled(request)

    def _unthrottled(self, request: Request) -> Answer:
        for _ in range(_THROTTLED_AT_MOST):
            answer = self._exchange(request)
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS or answer.code:
                return answer
            time.sleep(_PAUSE_WHEN_THROTTLED)
        return answer

    def _exchange(self, request: Request) -> Answer:
        with self._guard:
            self.requests += 1
        body = request.body if request.body is None or isinstance(request.body, bytes) else _json(request.body)
        headers = {"Content-Type": "application/json", **request.headers}
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        with self._guard:
            kept = self._idle.pop() if self._idle else None
        if kept is not None:
            try:
                return self._once(kept, request, body, headers)
            except (OSError, HTTPException):
                # The server may have closed a connection that was idle; a new one tells whether it is there.
                kept.close()
        fresh = HTTPConnection(self._host, timeout=SECONDS_FOR_AN_ANSWER)
        try:
            return self._once(fresh, request, body, headers)
        except (OSError, HTTPException) as problem:
            fresh.close()
            raise Unavailable(f"{request.method} {self.address}{request.target} was not answered: {problem}") from None

    def _once(
        self, connection: HTTPConnection, request: Request, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        connection.request(request.method, self._prefix + request.target, body, dict(headers))
        response = connection.getresponse()
        text = response.read()
        with self._guard:
            self._idle.append(connection)
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, _content(text))

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._guard:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def __enter__(self) -> Self:
        """Give the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _content(text: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode(errors="replace")
