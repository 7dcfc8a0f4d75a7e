"""A small HTTP client that keeps its connection: the load generator must cost little of the two cores it shares."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LONGEST_LINE = 2**20


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:  # noqa: ANN401 whatever the route gives
        return json.loads(self.body)["data"]


@dataclass
class Caller:
    """One connection to a server, opened when it is needed."""

    address: str
    token: str = ""
    _streams: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = field(default=None, repr=False)

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request, and read the answer.

        Raises:
            OSError: there is no server, or it went away.
        """
        try:
            reader, writer = await self._open()
            writer.write(self._request(method, path, body, headers))
            await writer.drain()
            return await self._answer(reader)
        except (OSError, EOFError, asyncio.CancelledError):
            await self.close()
            raise

    async def listen(self, path: str, last: str | None = None) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """The events of a stream, each with its id, until the connection ends."""
        headers = {} if last is None else {"last-event-id": last}
        try:
            reader, writer = await self._open()
            writer.write(self._request("GET", path, None, headers))
            await writer.drain()
            status, _ = await _head(reader)
            if status != 200:
                raise ConnectionError(f"the stream answers {status}")
            identifier = ""
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    identifier = line[4:].strip().decode()
                elif line.startswith(b"data: "):
                    yield identifier, json.loads(line[6:])
                elif line.startswith(b"retry: "):
                    yield "", {}
        finally:
            await self.close()

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            place = urlsplit(self.address)
            self._streams = await asyncio.open_connection(place.hostname, place.port, limit=LONGEST_LINE)
        return self._streams

    def _request(self, method: str, path: str, body: object, headers: dict[str, str]) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} /api/v1{path} HTTP/1.1", "host: skafu", f"content-length: {len(content)}"]
        lines += [f"authorization: Bearer {self.token}"] if self.token else []
        lines += ["content-type: application/json"] if content else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        status, headers = await _head(reader)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            await self.close()
        return Answer(status, headers, body)


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    return int(head[0].split(" ", 2)[1]), {name.lower(): value for name, value in pairs}
