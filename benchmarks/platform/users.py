"""Simulated users: each thinks, asks, and thinks again; four questions to one command."""

import asyncio
import random
import time
from typing import Any

from benchmarks.platform.caller import Caller

QUERIES = (
    "/projects/{}",
    "/projects?limit=20",
    "/projects/{}/revisions",
    "/projects/{}/history?limit=20",
    "/runs?limit=20",
)


async def run(told: dict[str, Any]) -> dict[str, Any]:
    """Let so many users work for some seconds; the first ones, until all are there, do not count."""
    seen: list[float] = []
    errors: list[str] = []
    begun = time.monotonic()
    warm, end = begun + told["warm"], begun + told["warm"] + told["seconds"]
    users = [_user(told, number, warm, end, seen, errors) for number in range(told["users"])]
    await asyncio.gather(*users)
    return {"seconds": seen, "errors": errors[:20], "failed": len(errors), "time": told["seconds"]}


async def _user(
    told: dict[str, Any], number: int, warm: float, end: float, seen: list[float], errors: list[str]
) -> None:
    chance = random.Random(number)
    place = told["places"][number % len(told["places"])]
    address = told["addresses"][number % len(told["addresses"])]
    caller = Caller(address, place["access"])
    await asyncio.sleep(chance.uniform(0, told["think"]))
    while time.monotonic() < end:
        project = chance.choice(place["projects"])
        begun = time.perf_counter()
        try:
            if chance.random() < told["commands"]:
                body = {"title": f"Title {chance.randrange(10**9)}"}
                answer = await caller.ask("PATCH", f"/projects/{project}", body)
            else:
                answer = await caller.ask("GET", chance.choice(QUERIES).format(project))
            if answer.status >= 300:
                errors.append(f"{answer.status} {answer.body[:200]!r}")
        except (OSError, EOFError) as error:
            errors.append(repr(error))
        if time.monotonic() > warm:
            seen.append(time.perf_counter() - begun)
        await asyncio.sleep(chance.expovariate(1 / told["think"]))
    await caller.close()
