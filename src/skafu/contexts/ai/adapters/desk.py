"""Asks the desk, a process of its own, to plan, to review or to change: it may be stopped at any time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

import msgspec

from skafu.blueprint.changes import Advice, Change
from skafu.contexts.ai.adapters.desk_words import Asked, Said
from skafu.contexts.ai.ports import AgentAnswer, AgentStep
from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused, SkafuError, Unavailable
from skafu.workspace.side_process import side_process

CATEGORIES: Final[dict[str, type[SkafuError]]] = {
    each.__name__: each for each in (Invalid, NotFound, Conflict, Refused, Unavailable)
}
SMALL: Final = 64_000
"""Up to this size, a change is made in this process: it takes less time than to start another one."""
PROCESS: Final = "skafu.contexts.ai.adapters.desk_process"


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
            from skafu.blueprint.changes import change_text

            return await asyncio.to_thread(change_text, blueprint, changes)
        return (await self._answer(Asked("change", blueprint, changes))).text

    async def _answer(self, asked: Asked) -> Said:
        async with aclosing(_asked(asked, self._limit)) as saying:
            return await anext(saying)


async def _asked(asked: Asked, limit_seconds: float) -> AsyncGenerator[Said, None]:
    """Ask, and hear what is said.

    Raises:
        TooLong: it took too long.
        Unavailable: the process ended without an answer.
        SkafuError: what the desk itself says.
    """
    async with side_process(PROCESS, msgspec.json.encode(asked), limit_seconds) as side:
        while True:
            said = msgspec.json.decode(await side.line(), type=Said)
            if said.error:
                raise CATEGORIES.get(said.error, Unavailable)(said.text, fix=said.fix)
            yield said
            if not said.step:
                return
