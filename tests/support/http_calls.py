"""Calls HTTP routes with the standard library, for tests."""

import http.client
import json
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def call(method: str, url: str, body: object = None) -> Answer:
    """Send one request, with a JSON body if there is one."""
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.netloc, timeout=60)) as connection:
        data = None if body is None else json.dumps(body)
        connection.request(method, address.path or "/", data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
