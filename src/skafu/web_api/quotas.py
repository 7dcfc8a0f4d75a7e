"""What an organisation may use, asked before work starts."""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

from skafu.kernel.errors import Refused
from skafu.web_api.principal import Principal

Measure = Literal["projects", "proofs", "ai_tokens", "storage"]


class QuotaExceeded(Refused):
    """The organisation has used up what its tier allows.

    Attributes:
        retry_after: seconds until there is more; none when only a higher tier helps.
    """

    def __init__(self, message: str, *, fix: str = "", retry_after: int | None = None) -> None:
        """Say what is used up, and when there is more."""
        super().__init__(message, fix=fix)
        self.retry_after = retry_after


class Use(msgspec.Struct, frozen=True):
    """That events of a type use something up, or give it back.

    Attributes:
        measure: what is used.
        amount: how much; below 0 for what is given back.
    """

    measure: Measure
    amount: Callable[[Any], int] = lambda _event: 1


class Quotas(Protocol):
    """Knows what is left."""

    async def check(self, principal: Principal, measure: Measure, more: int = 1, /) -> None:
        """Let work start that uses this much more.

        Raises:
            QuotaExceeded: there is not so much left.
        """


class NoQuotas:
    """Everything is allowed: for installations of one person."""

    async def check(self, _principal: Principal, _measure: Measure, _more: int = 1, /) -> None:
        """Let all work start."""
