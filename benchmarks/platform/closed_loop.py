"""Callers that send one command after the other: how many a second a server takes."""

import asyncio
import time
from itertools import count
from typing import Any
from uuid import uuid4

from benchmarks.platform.caller import Caller

RULE: dict[str, Any] = {"title": "Many events", "metric": "events", "threshold": 1e9, "statistic": "sum"}


async def run(told: dict[str, Any]) -> dict[str, Any]:
    """Send commands from so many callers for some seconds."""
    end = time.monotonic() + told["seconds"]
    counts = await asyncio.gather(*(_caller(told, number, end) for number in range(told["callers"])))
    return {"done": sum(counts), "time": told["seconds"]}


async def _caller(told: dict[str, Any], number: int, end: float) -> int:
    caller, own = Caller(told["address"], told["tokens"][number % len(told["tokens"])]), uuid4().hex[:12]
    done = 0
    for each in count():
        if time.monotonic() > end:
            break
        name = f"r{own}-{number}-{each}"
        path, body = told["path"].format(name), RULE
        if told["body"]:
            body = {field: value.format(name) for field, value in told["body"].items()}
        headers = {"idempotency_key": f"{own}-{number}-{each}"} if told["idempotent"] else {}
        answer = await caller.ask("POST", path, body, **headers)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
        done += 1
    await caller.close()
    return done
