"""Processes that are killed right before one of their steps: one that appends, and one that projects."""

import asyncio
import ctypes
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import msgspec

from benchmarks.store.skafu_side import store_at
from benchmarks.store.trails import TYPES, Numbered, worker
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import Appended, ExpectedVersion, Storage

if TYPE_CHECKING:
    from skafu.kernel.events import Event

TENANT = TenantId("victims")
ORIGIN = Origin(Actor("system", "bench"), UUID(int=1), UUID(int=2))
NEVER = 10**9


class Wish(msgspec.Struct, frozen=True):
    """An append that is repeated under its key until it is acknowledged."""

    stream: str
    numbers: tuple[int, ...]
    expected: ExpectedVersion
    key: str

    async def fulfil(self, storage: Storage) -> Appended:
        """Append."""
        events: list[Event] = [Numbered(number) for number in self.numbers]
        return await storage.events.append(
            TENANT, self.stream, events, expected=self.expected, origin=ORIGIN, key=self.key
        )


Turns = Sequence[Sequence[Wish]]
"""What is wished at the same time, one turn after the other."""

Since = Literal["opening", "open"]
"""From when on steps are counted: from the opening of the store on, or from when it is open."""


def die_before(step: int) -> None:
    """Be killed right before the step with this number, the next one being 0."""
    ctypes.CDLL(None).die_before(ctypes.c_long(step))


def _steps_of(allowed: int) -> int:
    left = ctypes.CDLL(None).steps_left
    left.restype = ctypes.c_long
    return allowed - int(left())


def write(address: str, turns: Turns, step: int, since: Since, told: Connection) -> None:
    """Append, and tell the key and the version of each acknowledged append; at last how many steps it took."""

    async def all_turns() -> None:
        if since == "opening":
            die_before(step)
        async with store_at(address, TYPES) as storage:
            if since == "open":
                die_before(step)
            for wishes in turns:
                await asyncio.gather(*(_acknowledged(storage, wish, told) for wish in wishes))
            steps = _steps_of(step)
            die_before(-1)
        told.send(steps)

    asyncio.run(all_turns())


async def _acknowledged(storage: Storage, wish: Wish, told: Connection) -> None:
    done = await wish.fulfil(storage)
    told.send((wish.key, done.version))


def project(address: str, owner: str, step: int, since: Since, told: Connection) -> None:
    """Keep the read model up to date for as long as it lives; with `NEVER` once, and tell how many steps it took."""

    async def follow() -> None:
        if since == "opening":
            die_before(step)
        async with store_at(address, TYPES) as storage:
            if since == "open":
                die_before(step)
            await worker(storage, owner).catch_up()
            while step != NEVER:
                await worker(storage, owner).catch_up()
            steps = _steps_of(step)
            die_before(-1)
        told.send(steps)

    asyncio.run(follow())
