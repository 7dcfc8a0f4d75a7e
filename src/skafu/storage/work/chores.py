"""What is done again and again, by one process at a time: whoever holds the lease."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import msgspec

from skafu.kernel.errors import Unavailable
from skafu.storage.checkpoints import Checkpoints, Claim, ClaimLost

PREFIX: Final = "chore "
"""Begins the names of the leases of chores among the checkpoints: they follow nothing."""

Pause = Callable[[float], Awaitable[None]]
_log = logging.getLogger("skafu.chores")


class Chore(msgspec.Struct, frozen=True):
    """Something that is done every so often.

    Attributes:
        name: unique: "observability.watch".
        every_seconds: from one end to the next beginning.
        do: does it. It may be cut off at any time, and is done again.
    """

    name: str
    every_seconds: float
    do: Callable[[], Awaitable[None]]


class ChoreRunner:
    """One for each process; the lease of each chore says which of them does it."""

    def __init__(
        self, checkpoints: Checkpoints, chores: Sequence[Chore], *, owner: str, pause: Pause = asyncio.sleep
    ) -> None:
        """Do nothing yet; call `run`."""
        self._checkpoints = checkpoints
        self._chores = chores
        self._owner = owner
        self._pause = pause
        self._held: dict[str, Claim] = {}

    async def run(self) -> None:
        """Do all chores without end; cancel to stop. The leases are then given back."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for chore in self._chores:
                    tasks.create_task(self._again_and_again(chore), name=chore.name)
                await asyncio.Event().wait()
        finally:
            await asyncio.shield(asyncio.create_task(self._release()))

    async def once(self) -> None:
        """Do each chore once, when nobody else does it: for tests."""
        for chore in self._chores:
            await self._mine(chore)

    async def _again_and_again(self, chore: Chore) -> None:
        while True:
            try:
                await self._mine(chore)
            except (ClaimLost, Unavailable) as error:
                _log.warning("%s could not be done: %s", chore.name, error)
            except Exception:  # noqa: BLE001 it is logged whole, and done again
                _log.exception("%s failed", chore.name)
            await self._pause(chore.every_seconds)

    async def _mine(self, chore: Chore) -> None:
        """Do a chore while this process holds its lease, which lasts for two rounds and is renewed meanwhile.

        Raises:
            ClaimLost: another process has the lease now; the chore was cut off.
            Unavailable: something that the chore waited for was cancelled.
        """
        claim = await self._claim(chore)
        if claim is None:
            return
        self._held[chore.name] = claim
        doing = asyncio.ensure_future(chore.do())
        renewing = asyncio.create_task(self._renew(chore, claim))
        try:
            await asyncio.wait([doing, renewing], return_when=asyncio.FIRST_COMPLETED)
            if doing.cancelled():
                raise Unavailable(f"something that {chore.name} waited for was cancelled")
            (doing if doing.done() else renewing).result()
        finally:
            for task in (doing, renewing):
                task.cancel()
            await asyncio.wait([doing, renewing])

    async def _claim(self, chore: Chore) -> Claim | None:
        return await self._checkpoints.claim(f"{PREFIX}{chore.name}", 0, self._owner, _lease(chore))

    async def _renew(self, chore: Chore, claim: Claim) -> None:
        while True:
            await self._pause(_lease(chore).total_seconds() / 3)
            renewed = await self._claim(chore)
            if renewed is None or renewed.fence != claim.fence:
                raise ClaimLost(claim)

    async def _release(self) -> None:
        for claim in self._held.values():
            with suppress(Unavailable):
                await self._checkpoints.release(claim)


def _lease(chore: Chore) -> timedelta:
    return timedelta(seconds=2 * chore.every_seconds + 30)
