"""What lies around all routes: ids, log lines, measures, headers, limits of size and time. Pure ASGI."""

import asyncio
import logging
import re
import time
from collections.abc import Iterator, Sequence
from typing import Final, Protocol
from uuid import UUID

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skafu.entrypoints.http.heads import as_get
from skafu.kernel.identity import Clock, NewId, TenantId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.web_api.principal import Principal
from skafu.web_api.rates import Allowance

SECURITY: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)
_SECURITY: Final = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY)
STREAMS: Final = "/api/v1/stream"
"""Answers below this path have no end, and so no limit of time."""
_log = logging.getLogger("skafu.access")


class Limits(msgspec.Struct, frozen=True):
    """What a request may use.

    Attributes:
        seconds: of time.
        body: bytes of a body.
        upload: bytes of a body where files are uploaded.
        uploads: the paths where that is.
    """

    seconds: float
    body: int
    upload: int
    uploads: re.Pattern[str]

    def bytes_for(self, path: str) -> int:
        """How large the body of a request to a path may be."""
        return self.upload if self.uploads.fullmatch(path) else self.body


class Measures(Protocol):
    """Hears of each request that has been answered."""

    def answered(self, request: "AnsweredRequest", /) -> None:
        """A request has been answered."""


class AnsweredRequest(msgspec.Struct, frozen=True):
    """A request and what became of it; `tenant` is none when nobody was signed in, `route` empty when there is none."""

    method: str
    route: str
    status: int
    seconds: float
    tenant: TenantId | None


class Outermost:
    """Gives each request its id, logs and measures it, and bounds it."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        clock: Clock,
        new_id: NewId,
        measures: Sequence[Measures] = (),
        tracer: Tracer = NOBODY,
    ) -> None:
        """Lie around an application."""
        self._app = app
        self._limits = limits
        self._clock = clock
        self._new_id = new_id
        self._measures = measures
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        scope["request_id"] = _given_id(scope) or self._new_id()
        scope, receive, send = as_get(scope, receive, send)
        passage = _Passage(scope, send)
        begun = time.perf_counter()
        known = {"method": method, "path": scope["path"], "correlation_id": scope["request_id"]}
        try:
            with self._tracer.span("http.request", known):
                await self._bounded(scope, receive, passage)
        finally:
            self._tell(method, scope, passage.status, time.perf_counter() - begun)

    async def _bounded(self, scope: Scope, receive: Receive, passage: "_Passage") -> None:
        most = self._limits.bytes_for(scope["path"])
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > most:
            words = f"the body may have {most} bytes at most"
            await self._refuse(passage, 413, "BODY_TOO_LARGE", words, (b"connection", b"close"))
            return
        counted = _Counted(receive, most)
        seconds = None if scope["path"].startswith(STREAMS) else self._limits.seconds
        try:
            async with asyncio.timeout(seconds):
                await self._app(scope, counted, passage)
        except TimeoutError:
            if counted.wanting:
                words = f"the body did not come within {seconds:g} s"
                await self._refuse(passage, 408, "REQUEST_TIMED_OUT", words, (b"connection", b"close"))
            await self._refuse(
                passage, 503, "TIMED_OUT", f"this took longer than {seconds:g} s", (b"retry-after", b"5")
            )
        except Exception:
            if not passage.status:
                raise  # otherwise it has been answered, logged and told already

    async def _refuse(
        self, passage: "_Passage", status: int, code: str, message: str, field: tuple[bytes, bytes]
    ) -> None:
        if passage.status:
            return
        meta = {"timestamp": self._clock(), "request_id": passage.scope["request_id"]}
        error = {"code": code, "message": message, "details": {}}
        body = msgspec.json.encode({"success": False, "error": error, "meta": meta})
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await passage({"type": "http.response.start", "status": status, "headers": [*headers, field]})
        await passage({"type": "http.response.body", "body": body})

    def _tell(self, method: str, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "")
        extra = {
            "request_id": str(scope["request_id"]),
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        }
        _log.info("request", extra=extra)
        for measures in self._measures:
            measures.answered(AnsweredRequest(method, route, status, seconds, _tenant(scope)))


class _Passage:
    """The way of an answer: adds the headers that all have, and remembers the status."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.status = 0
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            present = {name for name, _ in headers}
            headers += [each for each in self._more() if each[0] not in present]
            message["headers"] = headers
        await self._send(message)

    def _more(self) -> Iterator[tuple[bytes, bytes]]:
        """The headers that are added, as they are sent: this is done for every request."""
        yield b"x-request-id", str(self.scope["request_id"]).encode()
        yield from _SECURITY
        allowance = self.scope.get("state", {}).get("allowance")
        if isinstance(allowance, Allowance):
            for name, value in allowance.headers().items():
                yield name.lower().encode(), value.encode()


class _TooLarge(HTTPException):
    """More bytes came than a body may have."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"the body may have {most} bytes at most", {"Connection": "close"})


class _Counted:
    """The way of a body: counts its bytes."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._left = most
        self._asked = False
        self._ended = False

    @property
    def wanting(self) -> bool:
        """Whether somebody waits for more of the body than has come."""
        return self._asked and not self._ended

    async def __call__(self) -> Message:
        self._asked = True
        message = await self._receive()
        self._ended = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLarge(self._most)
        return message


def _given_id(scope: Scope) -> UUID | None:
    """The id that a caller gave the request, when it is a UUID: so that one can follow it through two systems."""
    try:
        return UUID(Headers(scope=scope).get("x-request-id", ""))
    except ValueError:
        return None


def _tenant(scope: Scope) -> TenantId | None:
    principal = scope.get("state", {}).get("principal")
    return principal.org_id if isinstance(principal, Principal) else None
