"""What a proof asks of the emulator itself, under `/_plus/`: its report, one schedule now, an account as new."""

import asyncio
import json
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id

from . import report, scheduler
from .patching import Patches, wrap

Query = dict[str, list[str]]


def serve_admin() -> None:
    """`GET /_plus/report`, `POST /_plus/fire` and `POST /_plus/reset`; each takes `account`, see the functions."""
    served = {
        ("GET", "/_plus/report"): _report,
        ("POST", "/_plus/fire"): _fire,
        ("POST", "/_plus/reset"): _reset,
    }

    def in_front(original: Any) -> Any:
        async def handle(method: str, path: str, headers: Any, query: Query, request_id: str) -> Any:
            answer = served.get((method, path))
            if answer is None:
                return await original(method, path, headers, query, request_id)
            status, body = await asyncio.to_thread(answer, query)
            return status, {"Content-Type": "application/json"}, json.dumps(body).encode()

        return handle

    wrap(app, "_handle_pre_body_request", in_front)


def _one(query: Query, name: str, default: str = "") -> str:
    return query.get(name, [default])[0]


def _report(query: Query) -> tuple[int, Any]:
    """What happened, of one account (`account=`) or of all: `{"placeholders", "denials", "lost"}`."""
    return 200, report.entries(_one(query, "account"))


def _fire(query: Query) -> tuple[int, Any]:
    """Let one schedule fire now: `name=`, `group=` (default `default`), `account=`; gives its expression."""
    name, group = _one(query, "name"), _one(query, "group", "default")
    expression = scheduler.fire(name, group, _one(query, "account", get_account_id()))
    if expression is None:
        return 404, {"message": f"there is no schedule {group}/{name}"}
    return 200, {"fired": expression}


def _reset(query: Query) -> tuple[int, Any]:
    """End the workers of an account (`account=`) and clear its part of the report; its resources stay."""
    account = _one(query, "account", get_account_id())
    report.clear(account)
    with lambda_runtime._lock:
        keys = [key for key in lambda_runtime._workers if key.startswith(f"{account}:")]
        ended = [worker for key in keys for worker in lambda_runtime._workers.pop(key)]
    lambda_runtime.kill_workers(ended)
    return 200, {"workers": len(ended)}


PATCHES: Patches = {"admin": serve_admin}
