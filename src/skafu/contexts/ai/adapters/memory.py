"""The ports in memory: an agent that costs what it is told to, and answers that are gone with the process."""

from collections.abc import AsyncIterator, Sequence

from skafu.blueprint.changes import Advice, Change, change_text
from skafu.blueprint.changes.fixing import advise
from skafu.contexts.ai.ports import AgentAnswer, AgentStep
from skafu.kernel.errors import SkafuError
from skafu.kernel.identity import TenantId


class MemoryAgent:
    """Gives the same answer to every description, and counts how often it was asked."""

    def __init__(
        self,
        blueprint: str,
        *,
        name: str = "memory",
        version: str = "1",
        tokens: int = 0,
        most: int = 0,
        steps: Sequence[AgentStep] = (),
        error: SkafuError | None = None,
    ) -> None:
        """Say what it answers, what that costs, and what it may cost at most; or how it fails."""
        self.name = name
        self.version = version
        self.calls = 0
        self._answer = AgentAnswer(blueprint, tokens=tokens)
        self._most = most or tokens
        self._steps = steps
        self._error = error

    def most_tokens(self, _description: str) -> int:
        """See the port."""
        return self._most

    async def analyse(self, _description: str) -> AsyncIterator[AgentStep | AgentAnswer]:
        """See the port."""
        self.calls += 1
        for step in self._steps:
            yield step
        if self._error is not None:
            raise self._error
        yield self._answer


class LocalReviewer:
    """Reviews in this process."""

    async def advise(self, blueprint: str) -> tuple[Advice, ...]:
        """See the port."""
        return advise(blueprint)

    async def change(self, blueprint: str, changes: tuple[Change, ...]) -> str:
        """See the port."""
        return change_text(blueprint, changes)


class MemoryAnswers:
    """Remembers answers in a dictionary."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._answers: dict[tuple[TenantId, str], AgentAnswer] = {}

    async def find(self, tenant: TenantId, question: str) -> AgentAnswer | None:
        """See the port."""
        return self._answers.get((tenant, question))

    async def keep(self, tenant: TenantId, question: str, answer: AgentAnswer) -> None:
        """See the port."""
        self._answers[tenant, question] = answer
