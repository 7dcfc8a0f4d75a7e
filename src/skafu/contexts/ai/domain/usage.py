"""What an organisation uses in a month: set aside before a call, settled after it, and never above the budget."""

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec

from skafu.contexts.ai.domain.commands import ReserveTokens, SettleTokens
from skafu.contexts.ai.domain.events import AILimitReached, TokensReserved, TokensUsed

Commands = ReserveTokens | SettleTokens
Events = TokensReserved | TokensUsed | AILimitReached


class Usage(msgspec.Struct, frozen=True):
    """A month so far.

    Attributes:
        used: by calls that have ended.
        reserved: what is set aside, by call.
        agents: who each call with a reservation asks.
        settled: the calls that have ended.
        limit_told: that the budget does not reach was told in this month.
    """

    used: int = 0
    reserved: Mapping[str, int] = {}
    agents: Mapping[str, str] = {}
    settled: frozenset[str] = frozenset()
    limit_told: bool = False

    @property
    def spoken_for(self) -> int:
        """What is used and set aside."""
        return self.used + sum(self.reserved.values())

    def allows(self, call_id: str) -> bool:
        """Whether a call may go on: something was set aside for it, or it has ended."""
        return call_id in self.reserved or call_id in self.settled


initial_state = Usage()


def decide(command: Commands, state: Usage) -> Sequence[Events]:
    """What a command leads to; no reservation means that the call must not begin."""
    match command:
        case ReserveTokens(period, call_id, agent, tokens, budget):
            if state.allows(call_id):
                return []
            if tokens == 0 or state.spoken_for + tokens <= budget:
                return [TokensReserved(period, call_id, agent, tokens)]
            return [] if state.limit_told else [AILimitReached(period, budget, state.spoken_for, tokens)]
        case SettleTokens(period, call_id, tokens):
            if call_id not in state.reserved:
                return []
            return [TokensUsed(period, call_id, state.agents[call_id], tokens)]
        case _:
            assert_never(command)


def evolve(state: Usage, event: Events) -> Usage:
    """The month after an event."""
    match event:
        case TokensReserved(_, call_id, agent, tokens):
            return msgspec.structs.replace(
                state, reserved={**state.reserved, call_id: tokens}, agents={**state.agents, call_id: agent}
            )
        case TokensUsed(_, call_id, _, tokens):
            left = {call: reserved for call, reserved in state.reserved.items() if call != call_id}
            return msgspec.structs.replace(
                state, used=state.used + tokens, reserved=left, settled=state.settled | {call_id}
            )
        case AILimitReached():
            return msgspec.structs.replace(state, limit_told=True)
        case _:
            assert_never(event)
