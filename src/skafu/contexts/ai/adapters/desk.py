"""Asks the desk, a process of its own, to plan, to review or to change: it may be stopped at any time."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Final

import msgspec

from skafu.blueprint.changes import Change, change_text
from skafu.blueprint.changes.fixing import Advice
from skafu.contexts.ai.adapters.desk_words import Asked, Said
from skafu.contexts.ai.ports import AgentAnswer, AgentStep
from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused, SkafuError, Unavailable

CATEGORIES: Final[dict[str, type[SkafuError]]] = {
    each.__name__: each for each in (Invalid, NotFound, Conflict, Refused, Unavailable)
}
SMALL: Final = 64_000
"""Up to this size, a change is made in this process: it takes less time than to start another one."""
LONGEST_LINE: Final = 32_000_000


class RulesAgent:
    """The planner that works by rules, in a process of its own."""

    name = "rules"
    version = "1"

    def __init__(self, limit_seconds: float = 60) -> None:
        """Plan for at most this long."""
        self._limit = limit_seconds

    def most_tokens(self, _description: str) -> int:
        """Rules cost no tokens."""
        return 0

    async def analyse(self, description: str) -> AsyncIterator[AgentStep | AgentAnswer]:
        """Plan; see the port."""
        async with aclosing(_asked(Asked("plan", description), self._limit)) as saying:
            async for said in saying:
                yield AgentStep(said.step, said.text) if said.step else AgentAnswer(said.text, said.questions)


class DeskReviewer:
    """Reviews and changes blueprints in a process of its own."""

    def __init__(self, limit_seconds: float = 60) -> None:
        """Look at each blueprint for at most this long."""
        self._limit = limit_seconds

    async def advise(self, blueprint: str) -> tuple[Advice, ...]:
        """See the port."""
        return (await self._answer(Asked("advise", blueprint))).advice

    async def change(self, blueprint: str, changes: tuple[Change, ...]) -> str:
        """See the port."""
        if len(blueprint) <= SMALL:
            return await asyncio.to_thread(change_text, blueprint, changes)
        return (await self._answer(Asked("change", blueprint, changes))).text

    async def _answer(self, asked: Asked) -> Said:
        async with aclosing(_asked(asked, self._limit)) as saying:
            return await anext(saying)


async def _asked(asked: Asked, limit_seconds: float) -> AsyncGenerator[Said, None]:
    """Ask, and hear what is said; the process is gone afterwards, whatever happens.

    Raises:
        Refused: it took too long.
        Unavailable: the process ended without an answer.
        SkafuError: what the desk itself says.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "skafu.contexts.ai.adapters.desk_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LONGEST_LINE,
    )
    deadline = asyncio.get_running_loop().time() + limit_seconds
    try:
        await _tell(process, asked)
        while True:
            async with asyncio.timeout_at(deadline):
                said = await _heard(process)
            yield said
            if not said.step:
                return
    except TimeoutError:
        raise Refused(
            f"this takes longer than {limit_seconds:g} s", fix="make it smaller: split the text or the system"
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _tell(process: asyncio.subprocess.Process, asked: Asked) -> None:
    if process.stdin is None:
        raise Unavailable("the desk has no ears", fix="try again")
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(msgspec.json.encode(asked))
        await process.stdin.drain()
        process.stdin.close()


async def _heard(process: asyncio.subprocess.Process) -> Said:
    line = await process.stdout.readline() if process.stdout is not None else b""
    if not line:
        raise Unavailable("the process that worked on it ended without an answer", fix="try again")
    said = msgspec.json.decode(line, type=Said)
    if said.error:
        raise CATEGORIES.get(said.error, Unavailable)(said.text, fix=said.fix)
    return said
