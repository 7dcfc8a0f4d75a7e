"""A deployed stage, seen from outside: its address and a token come from the environment."""

import base64
import json
import os
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError

PATIENCE_SECONDS = 30


def ask(
    method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, *, token: str | None = None
) -> tuple[int, Any]:
    """Send a request; parameters in the path become made-up values. Give back the status and the decoded body."""
    bearer = os.environ["TOKEN"] if token is None else token
    request = urllib.request.Request(  # noqa: S310 - the address is the stage's own
        f"{os.environ['API_URL']}/api/v1{path.replace('{', 'no-such-').replace('}', '')}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"}
        | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        | (headers or {}),
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the address is the stage's own
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def eventually(path: str) -> Any:
    """The body of the first answer that is found: read tables follow a moment later."""
    status, answer = ask("GET", path)
    for _ in range(PATIENCE_SECONDS):
        if status == 200:
            break
        time.sleep(1)
        status, answer = ask("GET", path)
    assert status == 200, answer
    return answer


def caller_id() -> str:
    """The id of the user whose token it is."""
    payload = os.environ["TOKEN"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])
