"""Organisations, people and projects for the load: made over HTTP as anybody makes them."""

import asyncio
from dataclasses import dataclass

from benchmarks.platform.caller import Answer, Caller
from benchmarks.platform.installation import Process

PASSWORD = "three green kettles"  # noqa: S105 of nobody


@dataclass(frozen=True)
class Place:
    """An organisation: a signed access token of its admin, one that holds for long, and its projects."""

    organisation_id: str
    access: str
    token: str
    projects: tuple[str, ...]


def succeeded(answer: Answer) -> Answer:
    """An answer that is as wished.

    Raises:
        RuntimeError: it is not.
    """
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
    return answer


async def settled(process: Process, organisations: int, projects: int) -> list[Place]:
    """Come in as the owner, and make organisations with projects."""
    caller = Caller(process.address)
    about = {"mail": "ann@example.org", "password": PASSWORD, "name": "Ann", "organisation": "First"}
    owner = succeeded(await caller.ask("POST", "/auth/link", {"link": process.link, **about})).data
    caller.token = owner["access_token"]
    for number in range(1, organisations):
        succeeded(await caller.ask("POST", "/organisations", {"name": f"Number {number}"}))
        newest = await _newest(caller, number + 1)
        succeeded(await caller.ask("PUT", f"/organisations/{newest}/tier", {"tier": "enterprise"}))
    succeeded(await caller.ask("PUT", f"/organisations/{owner['organisation_id']}/tier", {"tier": "enterprise"}))
    found = succeeded(await caller.ask("GET", "/organisations")).data
    places = [await _place(caller, each["id"], projects) for each in found]
    await caller.close()
    return places


async def _newest(caller: Caller, many: int) -> str:
    """The id of an organisation that has just been made, once the list shows it."""
    for _ in range(500):
        found = succeeded(await caller.ask("GET", "/organisations")).data
        free = [each["id"] for each in found if each["tier"] == "free" and each["name"] != "First"]
        if len(found) == many and free:
            return str(free[0])
        await asyncio.sleep(0.02)
    raise RuntimeError("a new organisation does not show up")


async def _place(caller: Caller, organisation_id: str, projects: int) -> Place:
    away = Caller(caller.address, caller.token)
    switched = succeeded(await away.ask("POST", "/auth/switch", {"organisation_id": organisation_id})).data
    away.token = switched["access_token"]
    token = succeeded(await away.ask("POST", "/tokens", {"name": "bench", "role": "admin"})).data["token"]
    made = [
        succeeded(await away.ask("POST", "/projects", {"name": f"p-{number}", "description": "A shop."})).data["id"]
        for number in range(projects)
    ]
    await away.close()
    return Place(organisation_id, away.token, token, tuple(made))
