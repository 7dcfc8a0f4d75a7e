"""Clients that never give up: they send a command until it is acknowledged, and follow the stream through every cut."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count

from benchmarks.platform.caller import Answer, Caller

AGAIN = 0.1
OF_PROJECTS = "project."
PASSING = frozenset({429, 502, 503, 504})
"""Answers after which the same request is sent again."""


@dataclass
class Sent:
    """What was acknowledged, by the title that it set; and what was answered that should not have been."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    tries: int = 0


async def stubborn(
    addresses: Sequence[str], token: str, number: int, projects: Sequence[str], going: Callable[[], bool], sent: Sent
) -> None:
    """Change one project after the other, each time until that is acknowledged; each try goes to the next server."""
    callers = [Caller(each, token) for each in addresses]
    turn = count(number)
    for each in count():
        if not going():
            break
        project, title = projects[each % len(projects)], f"{number}-{each}"
        while True:
            sent.tries += 1
            answer = await _tried(callers[next(turn) % len(callers)], project, title)
            if answer is not None and answer.status not in PASSING:
                break
            await asyncio.sleep(AGAIN)
        if answer.status == 200:
            sent.acknowledged[title] = project
        else:
            sent.wrong.append(f"{answer.status} {answer.body[:300]!r}")
    for caller in callers:
        await caller.close()


async def _tried(caller: Caller, project: str, title: str) -> Answer | None:
    try:
        async with asyncio.timeout(35):
            return await caller.ask("PATCH", f"/projects/{project}", {"title": title}, idempotency_key=title)
    except (OSError, EOFError, TimeoutError):
        return None


@dataclass
class Heard:
    """The events of projects as a stream told them: their ids, and how often the connection ended."""

    events: list[str] = field(default_factory=list)
    last: str | None = None
    cuts: int = 0


async def follower(addresses: Sequence[str], token: str, number: int, heard: Heard) -> None:
    """Listen for ever; after each cut go on after the last event that was heard."""
    for turn in count(number):
        caller, connected = Caller(addresses[turn % len(addresses)], token), False
        try:
            async with aclosing(caller.listen("/stream", heard.last)) as events:
                async for place, event in events:
                    connected = True
                    if place:
                        heard.last = place
                    if event.get("type", "").startswith(OF_PROJECTS):
                        heard.events.append(event["event_id"])
        except (OSError, EOFError):
            pass
        heard.cuts += connected
        await asyncio.sleep(AGAIN)
