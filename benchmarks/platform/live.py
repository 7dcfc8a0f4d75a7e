"""Events appended at a rate, while people listen, and while somebody asks the read model for the newest thing."""

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from benchmarks.platform.caller import Caller

RULE = {"metric": "events", "threshold": 1e9, "statistic": "sum"}
TRY_AGAIN = 0.002


async def run(told: dict[str, Any]) -> dict[str, Any]:
    """Commands at a rate, whoever is slow; tells what was late where."""
    heard: list[float] = []
    asked: list[float] = []
    listening = [asyncio.create_task(_listen(told, place, heard)) for place in told["places"]]
    await asyncio.sleep(1)
    begun = time.monotonic()
    end = begun + told["seconds"]
    probing = asyncio.create_task(_probe(told, end, asked))
    writers = told["writers"]
    sent = await asyncio.gather(*(_write(told, number, writers, begun, end) for number in range(writers)))
    took = time.monotonic() - begun
    await probing
    await asyncio.sleep(1)
    for each in listening:
        each.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return {"heard": heard, "asked": asked, "sent": sum(sent), "time": took, "listeners": len(listening)}


async def _listen(told: dict[str, Any], place: dict[str, Any], heard: list[float]) -> None:
    caller = Caller(told["address"], place["access"])
    async for identifier, event in caller.listen("/stream?about=project-"):
        if identifier:
            heard.append(time.time() - datetime.fromisoformat(event["at"]).timestamp())


async def _write(told: dict[str, Any], number: int, writers: int, begun: float, end: float) -> int:
    """One of several who share a rate; who is late sends at once."""
    place = told["places"][number % len(told["places"])]
    caller, sent = Caller(told["address"], place["access"]), 0
    every = writers / told["rate"]
    due = begun + every * number / writers
    while due < end:
        await asyncio.sleep(max(due - time.monotonic(), 0))
        if time.monotonic() > end + told["patience"]:
            break
        project = place["projects"][sent % len(place["projects"])]
        answer = await caller.ask("PATCH", f"/projects/{project}", {"title": f"Title {number} {sent}"})
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
        sent, due = sent + 1, due + every
    await caller.close()
    return sent


async def _probe(told: dict[str, Any], end: float, asked: list[float]) -> None:
    """Change something, and ask the list until it shows it."""
    place = told["probe"]
    caller = Caller(told["address"], place["access"])
    number = 0
    while time.monotonic() < end:
        number, title = number + 1, f"Probe {time.time_ns()}"
        answer = await caller.ask("PATCH", f"/projects/{place['projects'][0]}", {"title": title})
        acknowledged = time.perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while answer.status == 200 and not await _shown(caller, title):  # noqa: ASYNC110 that is what is measured
                    await asyncio.sleep(TRY_AGAIN)
        asked.append(time.perf_counter() - acknowledged)
        await asyncio.sleep(0.1)
    await caller.close()


async def _shown(caller: Caller, title: str) -> bool:
    return title.encode() in (await caller.ask("GET", "/projects?limit=5")).body
