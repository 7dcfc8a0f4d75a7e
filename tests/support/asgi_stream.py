"""Reads an answer that has no end from an ASGI application, for as long as something comes."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message


async def heard(app: ASGIApp, place: str, headers: dict[str, str], *, silence: float = 0.3) -> tuple[int, str]:
    """The status, and all that came before it was silent for some seconds; then the caller goes away."""
    address, said = urlsplit(place), asyncio.Queue[Message]()
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("skafu.test", 80),
        "state": {},
    }
    asked = asyncio.Event()

    async def receive() -> Message:
        if asked.is_set():
            await asyncio.Event().wait()
        asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def answered() -> None:
        await app(scope, receive, said.put)

    answering = asyncio.create_task(answered())
    status, body = 0, b""
    with suppress(TimeoutError):
        while not answering.done() or not said.empty():
            async with asyncio.timeout(silence if status else 30):
                message = await said.get()
            status = message.get("status", status)
            body += message.get("body", b"")
    answering.cancel()
    await asyncio.wait([answering])
    return status, body.decode()
