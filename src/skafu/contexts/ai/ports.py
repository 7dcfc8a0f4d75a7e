"""What the AI context needs from outside: agents, somebody who reviews blueprints, and a memory of answers."""

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from skafu.blueprint.changes import Advice, Change
from skafu.kernel.identity import TenantId


class AgentStep(msgspec.Struct, frozen=True):
    """How far an agent is, in words for people."""

    name: str
    said: str


class AgentAnswer(msgspec.Struct, frozen=True):
    """What an agent has come to.

    Attributes:
        blueprint: the text of a blueprint.
        questions: what it could not know.
        tokens: what the call used.
    """

    blueprint: str
    questions: tuple[str, ...] = ()
    tokens: int = 0


class Agent(Protocol):
    """Turns a description into a blueprint: by rules here, by a language model elsewhere."""

    @property
    def name(self) -> str:
        """What it is asked for by: "rules"."""

    @property
    def version(self) -> str:
        """Changes when the same description may lead to another answer."""

    def most_tokens(self, description: str) -> int:
        """What a call uses at most; it is set aside before the call begins."""

    def analyse(self, description: str) -> AsyncIterator[AgentStep | AgentAnswer]:
        """Work: steps as they are taken, and the answer at the end.

        Raises:
            Invalid: nothing can be made of the description; says why and what to do.
            Unavailable: the agent does not answer.
        """


class Reviewer(Protocol):
    """Looks at blueprints, which may be those of anybody: in bounded time, and beside the event loop."""

    async def advise(self, blueprint: str) -> tuple[Advice, ...]:
        """The findings of a blueprint, with what can be done about each.

        Raises:
            Refused: it takes too long.
        """

    async def change(self, blueprint: str, changes: tuple[Change, ...]) -> str:
        """The blueprint after changes.

        Raises:
            SkafuError: a change cannot be made.
        """


class Answers(Protocol):
    """Answers that agents have given, by what was asked."""

    async def find(self, tenant: TenantId, question: str) -> AgentAnswer | None:
        """The answer to a question that was asked before."""

    async def keep(self, tenant: TenantId, question: str, answer: AgentAnswer) -> None:
        """Remember an answer."""
