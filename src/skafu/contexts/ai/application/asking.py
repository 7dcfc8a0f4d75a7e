"""Asking an agent: from memory where the same was asked before, else within the budget of the month."""

import hashlib
import unicodedata
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Final

import msgspec

from skafu.contexts.ai.application.aggregates import BUDGET, BUDGET_STREAM, USAGE, period_of, usage_stream
from skafu.contexts.ai.domain.commands import ReserveTokens, SettleTokens
from skafu.contexts.ai.ports import Agent, AgentAnswer, AgentStep, Answers
from skafu.kernel.errors import Refused
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.dispatching import CommandBus

DEFAULT_BUDGET: Final = 1_000_000
"""Tokens a month of an organisation that has not said otherwise."""


class BudgetUsedUp(Refused):
    """The budget of the month does not reach for the call; nothing was called."""


class Paid(msgspec.Struct, frozen=True):
    """An answer and what it cost now; one from memory costs nothing."""

    answer: AgentAnswer
    tokens: int
    cached: bool


class CallPlace(msgspec.Struct, frozen=True):
    """For whom a call is, and in which month.

    Attributes:
        tenant: whose budget counts.
        call_id: the same when the call is repeated.
        moment: when it was asked for: the month is that of the request, also when the call is made later.
        origin: what led to it.
    """

    tenant: TenantId
    call_id: str
    moment: datetime
    origin: Origin


class Desk(msgspec.Struct, frozen=True):
    """What is needed to ask agents.

    Attributes:
        commands: where usage is put on record.
        answers: what was answered before.
        budget: tokens a month of an organisation that has not said otherwise.
    """

    commands: CommandBus
    answers: Answers
    budget: int = DEFAULT_BUDGET

    async def ask(self, agent: Agent, description: str, place: CallPlace) -> AsyncGenerator[AgentStep | Paid, None]:
        """Ask an agent; its steps come as it takes them.

        Raises:
            BudgetUsedUp: the budget of the month does not reach; the agent was not called.
            SkafuError: the agent has no answer.
        """
        question = question_of(agent, description)
        known = await self.answers.find(place.tenant, question)
        if known is not None:
            yield AgentStep("memory", "the same was asked before, and the answer is known")
            yield await self._remembered(known, place)
            return
        await self._reserve(agent, description, place)
        answer: AgentAnswer | None = None
        async for said in agent.analyse(normalised(description)):
            if isinstance(said, AgentStep):
                yield said
            else:
                answer = said
        if answer is None:
            raise Refused(f"the agent {agent.name} gave no answer", fix="try again, or say it in other words")
        await self.answers.keep(place.tenant, question, answer)
        await self.settle(answer.tokens, place)
        yield Paid(answer, answer.tokens, cached=False)

    async def settle(self, tokens: int | None, place: CallPlace) -> None:
        """Put on record what a call has used; without a figure, all that was set aside for it."""
        period = period_of(place.moment)
        if tokens is None:
            standing = await self.commands.state(place.tenant, USAGE, usage_stream(period))
            tokens = standing.state.reserved.get(place.call_id, 0)
        await self.commands.send(place.tenant, SettleTokens(period, place.call_id, tokens), origin=place.origin)

    async def _remembered(self, known: AgentAnswer, place: CallPlace) -> Paid:
        """An answer from memory; it was paid for now when this very call was cut off behind it."""
        command = SettleTokens(period_of(place.moment), place.call_id, known.tokens)
        outcome = await self.commands.send(place.tenant, command, origin=place.origin)
        own = place.call_id in outcome.state.settled
        return Paid(known, known.tokens if own else 0, cached=not own)

    async def budget_of(self, tenant: TenantId) -> int:
        """Tokens a month of an organisation."""
        standing = await self.commands.state(tenant, BUDGET, BUDGET_STREAM)
        return self.budget if standing.state.tokens is None else standing.state.tokens

    async def _reserve(self, agent: Agent, description: str, place: CallPlace) -> None:
        most, budget = agent.most_tokens(description), await self.budget_of(place.tenant)
        period = period_of(place.moment)
        command = ReserveTokens(period, place.call_id, agent.name, most, budget)
        outcome = await self.commands.send(place.tenant, command, origin=place.origin)
        if not outcome.state.allows(place.call_id):
            raise BudgetUsedUp(
                f"this may take {most} tokens, and {max(0, budget - outcome.state.spoken_for)} of the {budget}"
                f" of {period} are left",
                fix="wait for the next month, or let an admin raise the budget",
            )


def question_of(agent: Agent, description: str) -> str:
    """The digest of who is asked what; spaces and line ends make no other question."""
    parts = [agent.name, agent.version, normalised(description)]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def normalised(description: str) -> str:
    """A description without what makes no difference."""
    text = unicodedata.normalize("NFC", description.replace("\r\n", "\n"))
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
