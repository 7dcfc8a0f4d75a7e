"""Calls HTTP routes with the standard library, for tests."""

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def call(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Send one request, with a JSON body if there is one."""
    address = urlsplit(url)
    target = f"{address.path}?{address.query}" if address.query else address.path
    with closing(http.client.HTTPConnection(address.netloc, timeout=60)) as connection:
        data = None if body is None else json.dumps(body)
        connection.request(method, target or "/", data, {"Content-Type": "application/json", **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
