"""Requests that are none, before the application sees them: bounded, and refused in the one shape of errors."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from skafu.entrypoints.http.layers import SECURITY
from skafu.kernel.identity import Clock, NewId

if TYPE_CHECKING:
    from asyncio import TimerHandle

MOST_HEAD: Final = 65_536
"""Bytes of an address and its header fields; the parser itself knows no end of them."""


class _HeadTooLarge(Exception):
    """The header fields of a request are too many, or too long."""


def wire(clock: Clock, new_id: NewId, seconds: float) -> type[asyncio.Protocol]:
    """The protocol of connections.

    Args:
        clock: the present moment.
        new_id: ids of requests that were refused.
        seconds: how long the head of a request may take.
    """

    class Bound(Wire):
        pass

    Bound.clock, Bound.new_id, Bound.seconds = staticmethod(clock), staticmethod(new_id), seconds
    return Bound


class Wire(HttpToolsProtocol):
    """One connection."""

    clock: Clock
    new_id: NewId
    seconds: float
    _head = 0
    _too_large = False
    _ends: "TimerHandle | None" = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as it is there
        """Wait for the first request, but not for ever."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the head of a request is read to a length."""
        before = self.scope
        super().data_received(data)
        if self._ends is not None and self.scope is before and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MOST_HEAD:
                self._too_large = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """All is known of a request but its body."""
        self._have_head()
        self._too_large = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MOST_HEAD
        if self._too_large:
            raise _HeadTooLarge
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read."""
        if self._too_large:
            self._refuse(431, "HEADERS_TOO_LARGE", f"the header fields may have {MOST_HEAD} bytes at most")
        else:
            self._refuse(400, "BAD_REQUEST", msg)

    def _expect_head(self) -> None:
        self._have_head()
        self._head = 0
        self._ends = self.loop.call_later(self.seconds, self._too_slow)

    def _have_head(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _too_slow(self) -> None:
        """Who has said nothing at all is no request: nothing is answered."""
        if self.scope is None:
            self.transport.close()
        elif not self.transport.is_closing():
            self._refuse(408, "REQUEST_TIMED_OUT", f"the request did not come within {self.seconds:g} s")

    def _refuse(self, status: int, code: str, message: str) -> None:
        request_id = self.new_id()
        error = {"code": code, "message": message, "details": {}}
        meta = {"timestamp": self.clock(), "request_id": request_id}
        body = msgspec.json.encode({"success": False, "error": error, "meta": meta})
        fields: dict[str, Any] = {
            "Content-Type": "application/json",
            "Content-Length": len(body),
            "Connection": "close",
            "X-Request-Id": request_id,
            **dict(SECURITY),
        }
        head = f"HTTP/1.1 {status} {_PHRASES[status]}\r\n" + "".join(f"{name}: {fields[name]}\r\n" for name in fields)
        self._have_head()
        self.transport.write(f"{head}\r\n".encode() + body)
        self.transport.close()


_PHRASES: Final = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}
