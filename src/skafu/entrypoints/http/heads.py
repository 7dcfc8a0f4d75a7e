"""Requests for the head of an answer alone (RFC 9110, 9.3.2): answered as GET, without the body."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

HEAD = "HEAD"


class WithoutBody:
    """The way of a request and its answer: once the answer has begun, nobody listens any more.

    So an answer without end, as that of the live stream, ends as well.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        """Lie upon the way of a request."""
        self._receive = receive
        self._send = send
        self._answered = asyncio.Event()
        self._whole = False

    async def receive(self) -> Message:
        """What the caller sends; then that they have left."""
        if not self._whole:
            message = await self._receive()
            self._whole = not message.get("more_body", False)
            return message
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Let the head of the answer through, and end it."""
        if self._answered.is_set():
            return
        await self._send(message)
        if message["type"] == "http.response.start":
            await self._send({"type": "http.response.body", "body": b""})
            self._answered.set()


def as_get(scope: Scope, receive: Receive, send: Send) -> tuple[Scope, Receive, Send]:
    """The same request, for all of the answer, where only its head is sent; other requests as they are."""
    if scope["method"] != HEAD:
        return scope, receive, send
    way = WithoutBody(receive, send)
    return {**scope, "method": "GET"}, way.receive, way.send
