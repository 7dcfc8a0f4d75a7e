"""A loopback server that answers as a platform does, and a client that does not really wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from scripted_api import Asked, Scripted, ScriptedApi, scripted_api

from skafu.entrypoints.cli.remote.client import Bearer, Client, Shown

JSON = {"Content-Type": "application/json"}


def fine(data: object, *, status: int = 200, following: str | None = None, version: int | None = None) -> Scripted:
    """An answer that all went well."""
    body = {"success": True, "data": data, "meta": {"page": {"next": following, "limit": 2}}, "errors": []}
    return status, body, {**JSON, **({} if version is None else {"ETag": f'"{version}"'})}


def wrong(status: int, code: str, message: str, details: dict[str, Any] | None = None, **headers: str) -> Scripted:
    """An answer that something went wrong; a header `Retry-After` is given as `Retry_After`."""
    body = {"success": False, "error": {"code": code, "message": message, "details": details or {}}, "meta": {}}
    return status, body, {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}


def event(identifier: str, type_: str, data: object) -> bytes:
    """A server-sent event."""
    content = msgspec.json.encode({"type": type_, "data": data})
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (identifier.encode(), type_.encode(), content)


@contextmanager
def server_and_client(
    answer: Callable[[Asked], Scripted], bearer: Bearer | None = None
) -> Iterator[tuple[ScriptedApi, Client, list[float]]]:
    """A server, a client of it, and the seconds that the client has waited."""
    waited: list[float] = []
    with scripted_api(answer) as api:
        client = Client(api.address, bearer or Shown("t0ken"), wait=waited.append)
        try:
            yield api, client, waited
        finally:
            client.close()
