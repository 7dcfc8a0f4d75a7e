"""Speaks to a server: who calls, requests that may safely be repeated, pages, files."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from skafu import __version__
from skafu.entrypoints.cli.remote.addresses import is_loopback
from skafu.entrypoints.cli.remote.answers import Answered, Json, ServerUnreachable, read_answer, read_file

if TYPE_CHECKING:
    import httpx

API: Final = "/api/v1"
PAGE: Final = 200
"""The most that a server gives on one page."""
SECONDS: Final = 60.0
"""How long an answer may take: a little longer than the server gives itself."""
PAUSES: Final = (0.2, 1.0, 3.0, 10.0)
"""How long to wait before a request is sent again, when the server does not say."""
LONGEST_WAIT: Final = 60.0
"""Who is told to wait longer than this is told so at once."""
REPEATABLE: Final = frozenset({"GET", "POST"})
"""What may be done twice without harm: POST has its Idempotency-Key."""
Query = Mapping[str, "str | int | None"]


class Bearer(Protocol):
    """What shows a server who calls."""

    def token(self) -> str:
        """What to send now; empty when there is nothing."""

    def renewed(self, refused: str, /) -> str:
        """What to send in place of what was refused; empty when there is nothing else."""


class Client:
    """A server, and somebody who calls it. Close it in the end."""

    def __init__(self, server: str, bearer: Bearer, *, wait: Callable[[float], None] = time.sleep) -> None:
        """Connect to nothing yet.

        Args:
            server: where it is, without a slash at the end.
            bearer: who calls.
            wait: lets seconds pass.
        """
        import httpx

        self.server = server
        self.wait = wait
        self._bearer = bearer
        self._answered = False  # who never did is not there; who did is being restarted
        headers = {"User-Agent": f"skafu/{__version__}", "Accept": "application/json"}
        self._http = httpx.Client(
            base_url=server,
            timeout=SECONDS,
            headers=headers,
            verify=not server.startswith("http:"),  # reading all authorities takes longer than most answers
            trust_env=not is_loopback(server),
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> Answered:
        """Ask for something.

        Raises:
            SkafuError: the server says no, or does not answer.
        """
        return self._ask("GET", path, params=_given(query or {}))

    def file(self, path: str, query: Query | None = None) -> bytes:
        """Ask for a file.

        Raises:
            SkafuError: as `get`.
        """
        response = self._response("GET", path, {"params": _given(query or {})})
        return read_file(response.status_code, response.headers, response.content, self.server)

    def post(self, path: str, body: object = None, *, if_match: str | None = None) -> Answered:
        """Let something be done; sent again under the same Idempotency-Key when the answer does not come.

        Raises:
            SkafuError: as `get`.
        """
        headers = {"Idempotency-Key": str(uuid4()), **_match(if_match)}
        return self._ask("POST", path, json={} if body is None else body, headers=headers)

    def upload(self, path: str, query: Query, content: bytes) -> Answered:
        """Send a zip.

        Raises:
            SkafuError: as `get`.
        """
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/zip"}
        return self._ask("POST", path, params=_given(query), content=content, headers=headers)

    def change(self, method: str, path: str, body: object = None, *, if_match: str | None = None) -> Answered:
        """Change or remove something, by PUT, PATCH or DELETE.

        Raises:
            SkafuError: as `get`.
        """
        more = {} if body is None else {"json": body}
        return self._ask(method, path, headers=_match(if_match), **more)

    def pages(self, path: str, query: Query | None = None, *, limit: int = 0) -> tuple[list[Json], bool]:
        """A listing, page after page.

        Args:
            path: of the listing.
            query: filters and order.
            limit: how many at most; 0 for all.

        Returns:
            What there is, and whether there is more.

        Raises:
            SkafuError: as `get`.
        """
        found: list[Json] = []
        cursor: str | None = None
        while True:
            size = min(PAGE, limit - len(found)) if limit else PAGE
            page = self.get(path, {**(query or {}), "limit": size, "cursor": cursor})
            found += page.data
            cursor = page.following
            if cursor is None or (limit and len(found) >= limit):
                return found, cursor is not None

    @contextmanager
    def stream(self, path: str, query: Query, headers: Mapping[str, str], seconds: float) -> Iterator["httpx.Response"]:
        """An answer without end; `seconds` is how long it may be silent.

        Raises:
            SkafuError: as `get`.
        """
        import httpx

        token = self._bearer.token()
        for attempt in range(2):
            shown = {**_authorization(token), **headers, "Accept": "text/event-stream"}
            timeout = httpx.Timeout(SECONDS, read=seconds)
            with (
                self._told(),
                self._http.stream("GET", API + path, params=_given(query), headers=shown, timeout=timeout) as response,
            ):
                token = self._bearer.renewed(token) if response.status_code == 401 and not attempt else ""
                if token:
                    continue
                if response.status_code >= 300:
                    read_answer(response.status_code, response.headers, response.read(), self.server)
                yield response
                return

    def _ask(self, method: str, path: str, **request: Any) -> Answered:  # noqa: ANN401 as httpx takes it
        response = self._response(method, path, request)
        return read_answer(response.status_code, response.headers, response.content, self.server)

    def _response(self, method: str, path: str, request: dict[str, Any]) -> "httpx.Response":
        token = self._bearer.token()
        response = self._sent(method, path, token, request)
        if response.status_code == 401 and (token := self._bearer.renewed(token)):
            response = self._sent(method, path, token, request)
        return response

    def _sent(self, method: str, path: str, token: str, request: dict[str, Any]) -> "httpx.Response":
        """Send a request until it is answered, or it is clear that it will not be."""
        import httpx

        headers = {**(request.get("headers") or {}), **_authorization(token)}
        request = {**request, "headers": headers}
        for pause in PAUSES:
            try:
                response = self._http.request(method, API + path, **request)
            except httpx.TransportError as error:
                if not self._answered or (method not in REPEATABLE and not isinstance(error, httpx.ConnectError)):
                    raise self._unreachable(error) from None
                self.wait(pause)
                continue
            self._answered = True
            seconds = _pause(method, response.status_code, response.headers, pause)
            if seconds is None:
                return response
            self.wait(seconds)
        with self._told():
            return self._http.request(method, API + path, **request)

    @contextmanager
    def _told(self) -> Iterator[None]:
        import httpx

        try:
            yield
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception) -> ServerUnreachable:
        words = str(error) or type(error).__name__
        return ServerUnreachable(
            f"{self.server} does not answer: {words}", fix="is it running (skafu up), and is this its address?"
        )


class Nobody:
    """Somebody who is not signed in."""

    def token(self) -> str:
        """Nothing to show."""
        return ""

    def renewed(self, refused: str, /) -> str:
        """Nothing else either."""
        del refused
        return ""


class Shown:
    """Somebody with a token that stays as it is."""

    def __init__(self, token: str) -> None:
        """Show this token."""
        self._token = token

    def token(self) -> str:
        """The token."""
        return self._token

    def renewed(self, refused: str, /) -> str:
        """There is no other one."""
        del refused
        return ""


def _pause(method: str, status: int, headers: Mapping[str, str], pause: float) -> float | None:
    """Seconds until a request is sent again; none when its answer counts."""
    if status != 429 and (status != 503 or method not in REPEATABLE):
        return None
    said = headers.get("retry-after", "")
    if not said.isascii() or not said.isdigit():
        return pause if status == 503 else None
    return float(said) if int(said) <= LONGEST_WAIT else None


def _given(query: Query) -> dict[str, str | int]:
    return {name: value for name, value in query.items() if value is not None}


def _match(version: str | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
