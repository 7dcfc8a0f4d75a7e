"""What an organisation may use in a month."""

from collections.abc import Sequence

import msgspec

from skafu.contexts.ai.domain.commands import SetAIBudget
from skafu.contexts.ai.domain.events import AIBudgetSet
from skafu.kernel.errors import Invalid

MOST_TOKENS = 10_000_000_000


class Budget(msgspec.Struct, frozen=True):
    """Tokens for a month; nothing when the organisation has not said."""

    tokens: int | None = None


initial_state = Budget()


def decide(command: SetAIBudget, state: Budget) -> Sequence[AIBudgetSet]:
    """What a command leads to.

    Raises:
        Invalid: it is no number of tokens.
    """
    if not 0 <= command.tokens <= MOST_TOKENS:
        raise Invalid(f"a budget has 0 to {MOST_TOKENS} tokens", fix="give a number within")
    return [] if command.tokens == state.tokens else [AIBudgetSet(command.tokens)]


def evolve(_state: Budget, event: AIBudgetSet) -> Budget:
    """The budget after an event."""
    return Budget(event.tokens)
