"""Fills `Workshop` with a few processes that are started when they are needed, and end when they are not."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, TypeVar

import msgspec

from skafu.contexts.project.adapters.workshop.orders import (
    LARGEST,
    LENGTH,
    Carried,
    CheckIt,
    CompareThem,
    GenerateIt,
    Order,
    PlanIt,
    Reply,
    error_of,
    read_reply,
    to_bytes,
)
from skafu.contexts.project.ports import MadeCheck, MadeDifference, MadePlan, MadeTree, TemplateFiles
from skafu.kernel.errors import Unavailable

BENCH: Final = "skafu.contexts.project.adapters.workshop.bench"
ROOM: Final = 64 * 2**20
"""Bytes of orders that may wait for a bench; more are turned away, so that memory stays bounded."""
A_PLACE: Final = 2**17
"""Bytes that an order takes besides its texts: some hundred small ones have room."""

T = TypeVar("T")


class TooBusy(Unavailable):
    """More has been ordered than can be done soon."""


class TookTooLong(Unavailable):
    """The order was given up: the text kept the workshop busy for too long."""


def bare_environment() -> dict[str, str]:
    """What such a process knows of this one: no keys, no tokens, and of Skafu only where its tools stand."""
    return {
        name: value
        for name, value in os.environ.items()
        if name == "SKAFU_HOME" or not name.startswith(("SKAFU_", "AWS_", "GITHUB_", "OTEL_"))
    }


def _room(order: Order) -> int:
    return A_PLACE + sum(len(value) for value in msgspec.structs.astuple(order) if isinstance(value, str))


class Bench:
    """One process, which carries out one order at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take a process that has just been started."""
        self._process = process
        self.leaving: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls) -> "Bench":
        """Start a process.

        Raises:
            Unavailable: this machine has no room for one.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                BENCH,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=bare_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"a process cannot be started: {error.strerror}", fix="look at the machine") from error
        return cls(process)

    async def carry_out(self, order: Order, seconds: float) -> Reply:
        """Carry out an order.

        Raises:
            TookTooLong: it did not end in time.
            Unavailable: the process has died.
        """
        assert self._process.stdin is not None  # noqa: S101 it was asked for as a pipe
        content = to_bytes(Carried(order, int(seconds) + 1))
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(LENGTH.pack(len(content)) + content)
                await self._process.stdin.drain()
                return read_reply(await self._answer())
        except TimeoutError:
            fix = "make the text smaller or plainer"
            raise TookTooLong(f"this was given up after {seconds:g} s", fix=fix) from None
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Unavailable(
                "the process that worked on this has ended", fix="try again; make the text smaller or plainer"
            ) from error

    async def _answer(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 it was asked for as a pipe
        (size,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        if size > LARGEST:
            raise Unavailable("the answer is too large")
        return await self._process.stdout.readexactly(size)

    @property
    def alive(self) -> bool:
        """Whether it can take another order."""
        return self._process.returncode is None

    async def end(self) -> None:
        """Kill it; orders leave nothing behind that would have to be put away."""
        if self.leaving is not None:
            self.leaving.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        await self._process.wait()
        transport = self._process._transport  # type: ignore[attr-defined]  # noqa: SLF001 closes its pipes, asyncio has no other way
        transport.close()


class ProcessWorkshop:
    """A few benches, and the orders that wait for them."""

    def __init__(
        self,
        *,
        benches: int = 1,
        idle_seconds: float = 60.0,
        seconds: Mapping[type[Order], float] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            benches: how many orders are carried out at once.
            idle_seconds: after how long without orders a process ends.
            seconds: how long each kind of order may take.
        """
        self._free: list[Bench] = []
        self._all: set[Bench] = set()
        self._places = asyncio.Semaphore(benches)
        self._taken = 0
        self._idle_seconds = idle_seconds
        self._seconds = {PlanIt: 20.0, CheckIt: 20.0, GenerateIt: 60.0, CompareThem: 20.0, **(seconds or {})}
        self._leaving: set[asyncio.Task[None]] = set()

    async def plan(self, description: str) -> MadePlan:
        """Plan a system."""
        return _there((await self._carry_out(PlanIt(description))).plan)

    async def check(self, blueprint: str) -> MadeCheck:
        """Find what is wrong with a blueprint."""
        return _there((await self._carry_out(CheckIt(blueprint))).check)

    async def generate(self, blueprint: str, template: TemplateFiles) -> MadeTree:
        """Make the files of a blueprint."""
        return _there((await self._carry_out(GenerateIt(blueprint, template))).tree)

    async def compare(self, before: str, after: str) -> MadeDifference:
        """Say what two blueprints differ in."""
        return _there((await self._carry_out(CompareThem(before, after))).difference)

    async def close(self) -> None:
        """End all processes."""
        for bench in list(self._all):
            await self._end(bench)
        if self._leaving:
            await asyncio.wait(list(self._leaving))

    async def _carry_out(self, order: Order) -> Reply:
        room = _room(order)
        if self._taken + room > ROOM:
            raise TooBusy("too much is being worked out at once", fix="try again in a few seconds")
        self._taken += room
        try:
            async with self._places:
                reply = await self._with_a_bench(order)
        finally:
            self._taken -= room
        if reply.failed is not None:
            raise error_of(reply.failed)
        return reply

    async def _with_a_bench(self, order: Order) -> Reply:
        bench = await self._bench()
        try:
            reply = await bench.carry_out(order, self._seconds[type(order)])
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(self._end(bench)))
            raise
        loop = asyncio.get_running_loop()
        bench.leaving = loop.call_later(self._idle_seconds, self._let_go, bench)
        self._free.append(bench)
        return reply

    async def _bench(self) -> Bench:
        while self._free:
            bench = self._free.pop()
            if bench.leaving is not None:
                bench.leaving.cancel()
            if bench.alive:
                return bench
            await self._end(bench)
        bench = await Bench.start()
        self._all.add(bench)
        return bench

    def _let_go(self, bench: Bench) -> None:
        if bench in self._free:
            self._free.remove(bench)
            task = asyncio.ensure_future(self._end(bench))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _end(self, bench: Bench) -> None:
        self._all.discard(bench)
        if bench in self._free:
            self._free.remove(bench)
        await bench.end()


def _there(made: T | None) -> T:
    if made is None:
        raise Unavailable("the answer is for another order", fix="report it as a bug of Skafu")
    return made
