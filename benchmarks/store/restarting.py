"""A load of many callers and a projector in one process, while its database crashes, or while it is killed itself."""

import asyncio
import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess

from benchmarks.store.skafu_side import store_at
from benchmarks.store.trails import TYPES, worker
from benchmarks.store.victims import Wish
from skafu.kernel.errors import Unavailable
from skafu.storage import ANY, Storage
from skafu.storage.projections import Worker

CALLERS, STREAMS = 8, 5
LEASE = timedelta(seconds=1)
BETWEEN = (0.3, 1.0)
"""Seconds of load before the next blow."""


def wish_of(number: int) -> Wish:
    """What is wished with a number."""
    return Wish(f"load-{number % STREAMS}", (number,), ANY, f"load-{number}")


def serve(address: str, open_numbers: tuple[int, ...], told: Connection) -> None:
    """Append these numbers and those that follow until something comes through the pipe; project to the last."""

    async def whole() -> None:
        async with store_at(address, TYPES) as storage:
            projector = worker(storage, f"f-{os.getpid()}", LEASE)
            following = asyncio.create_task(projector.run())
            numbers = _numbers(open_numbers, told)
            await asyncio.gather(*(_call(storage, numbers, told) for _ in range(CALLERS)))
            async with asyncio.timeout(60):
                await _caught_up(projector)
            following.cancel()
            await asyncio.wait([following])

    # What the driver says while there is no server is known.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    asyncio.run(whole())


async def _caught_up(projector: Worker) -> None:
    while True:
        if not any(each.behind for each in await projector.status()):
            return
        await asyncio.sleep(0.02)


def _numbers(first: tuple[int, ...], told: Connection) -> Iterator[int]:
    yield from first
    following = first[-1] + 1
    while not told.poll():
        yield following
        following += 1


async def _call(storage: Storage, numbers: Iterator[int], told: Connection) -> None:
    for number in numbers:
        told.send((number, await _stubborn(storage, wish_of(number))))


async def _stubborn(storage: Storage, wish: Wish) -> int:
    while True:
        try:
            return (await wish.fulfil(storage)).version
        except Unavailable:
            await asyncio.sleep(0.02)


class Load:
    """A process under load, and what it has acknowledged."""

    def __init__(self, context: ForkServerContext, address: str) -> None:
        self._context = context
        self._address = address
        self._chance = random.Random(5)
        self.acknowledged: dict[int, int] = {}
        self._begin()

    def _begin(self) -> None:
        """Start it with every number that may have been tried and was not acknowledged."""
        beyond = max(self.acknowledged, default=-1) + CALLERS + 1
        numbers = tuple(number for number in range(beyond) if number not in self.acknowledged)
        self._told, telling = self._context.Pipe()
        self._process: ForkServerProcess = self._context.Process(target=serve, args=(self._address, numbers, telling))
        self._process.start()
        telling.close()

    def _listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                if self._told.poll(left):
                    number, version = self._told.recv()
                    self.acknowledged[number] = version
        except (EOFError, ConnectionError):
            return

    def go_on(self) -> None:
        """Let it work for a while."""
        before = len(self.acknowledged)
        while len(self.acknowledged) == before:
            self._listen(self._chance.uniform(*BETWEEN))

    def kill(self) -> None:
        """Kill it, and start another one."""
        self._process.kill()
        self._process.join()
        self._listen(60)
        self._begin()

    def end(self) -> None:
        """Let it finish what it has begun.

        Raises:
            RuntimeError: it did not; its projector did not come to the end by itself.
        """
        self._told.send("stop")
        self._listen(120)
        self._process.join()
        if self._process.exitcode != 0:
            raise RuntimeError(f"the load ended with {self._process.exitcode}")


def beaten(load: Load, blow: Callable[[], None], times: int) -> None:
    """Work, and be hit so many times on the way."""
    for _ in range(times):
        load.go_on()
        blow()
    load.go_on()
    load.end()
