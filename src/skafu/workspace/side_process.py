"""A Python process beside this one, for what may take too long or too much: bounded, and gone when nobody waits."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from skafu.kernel.errors import Refused, Unavailable

KEPT: Final = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""What the process sees of the environment: nothing that is secret."""
LONGEST_LINE: Final = 32_000_000


class TooLong(Refused):
    """What was asked for took longer than it may."""


class SideProcess:
    """A process that has been told what to do, and answers."""

    def __init__(self, process: asyncio.subprocess.Process, limit_seconds: float) -> None:
        """Listen to a process until a moment."""
        self._process = process
        self._limit = limit_seconds
        self._deadline = asyncio.get_running_loop().time() + limit_seconds

    async def tell(self, given: bytes) -> None:
        """Write to its input, and close it."""
        if self._process.stdin is None:
            raise Unavailable("the process takes no input", fix="try again")
        with suppress(BrokenPipeError, ConnectionResetError):
            async with self._in_time():
                self._process.stdin.write(given)
                await self._process.stdin.drain()
                self._process.stdin.close()

    async def line(self) -> bytes:
        """The next line of its output.

        Raises:
            TooLong: it takes too long.
            Unavailable: it has ended.
        """
        async with self._in_time():
            found = await self._output.readline()
        if not found:
            raise Unavailable("the process that worked on it ended without an answer", fix="try again")
        return found

    async def rest(self) -> bytes:
        """All of its output that is left.

        Raises:
            TooLong: it takes too long.
        """
        async with self._in_time():
            return await self._output.read()

    @property
    def _output(self) -> asyncio.StreamReader:
        if self._process.stdout is None:
            raise Unavailable("the process gives no output", fix="try again")
        return self._process.stdout

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(self._deadline):
                yield
        except TimeoutError:
            raise TooLong(
                f"this takes longer than {self._limit:g} s", fix="make it smaller, or leave out what repeats"
            ) from None


@asynccontextmanager
async def side_process(module: str, given: bytes, limit_seconds: float) -> AsyncIterator[SideProcess]:
    """Run a module in a process of its own; it is gone afterwards, whatever happens.

    Args:
        module: run as `python -m`.
        given: its input.
        limit_seconds: how long it may take.

    Raises:
        TooLong: it takes too long.
        Unavailable: it ends without an answer.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        limit=LONGEST_LINE,
    )
    try:
        side = SideProcess(process, limit_seconds)
        await side.tell(given)
        yield side
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()
