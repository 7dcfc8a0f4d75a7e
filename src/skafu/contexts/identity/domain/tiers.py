"""What each tier may use, and the sum that says whether more is allowed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

from skafu.contexts.identity.domain.roles import Tier
from skafu.kernel.errors import Invalid
from skafu.web_api.quotas import Measure

Period = Literal["ever", "day", "month"]

MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)

PERIODS: Final[Mapping[Measure, Period]] = {
    "projects": "ever",
    "proofs": "day",
    "ai_tokens": "month",
    "storage": "ever",
}
"""Over which time each is counted; days and months are those of UTC."""

DATED: Final = "2026-01-01"
"""From when on the table holds."""

_GIB: Final = 1024**3

LIMITS: Final[Mapping[Tier, Mapping[Measure, int | None]]] = {
    "free": {"projects": 5, "proofs": 20, "ai_tokens": 200_000, "storage": 1 * _GIB},
    "team": {"projects": 100, "proofs": 500, "ai_tokens": 5_000_000, "storage": 50 * _GIB},
    "enterprise": {"projects": None, "proofs": None, "ai_tokens": None, "storage": None},
}
"""Projects; proofs a day; tokens of language models a month; bytes. None: without a limit."""

PENDING: Final = timedelta(seconds=60)
"""How long work that was let in counts without having been seen in the read model."""


class Counted(msgspec.Struct, frozen=True):
    """What the read model has counted: how much is used now, and how much was ever added."""

    used: int = 0
    added: int = 0


class LetIn(msgspec.Struct, frozen=True):
    """Work that was let in, and what the read model had ever added by then."""

    amount: int
    added: int
    at: datetime


def measure_of(text: str) -> Measure:
    """Read the name of a measure.

    Raises:
        Invalid: there is none of this name.
    """
    if text not in MEASURES:
        raise Invalid(f"there is no measure {text!r}", fix=f"use one of {', '.join(MEASURES)}")
    return text


def period_of(measure: Measure, moment: datetime) -> str:
    """The name of the stretch of time in which a moment counts."""
    match PERIODS[measure]:
        case "ever":
            return "ever"
        case "day":
            return f"{moment:%Y-%m-%d}"
        case "month":
            return f"{moment:%Y-%m}"


def still_pending(let_in: tuple[LetIn, ...], now: datetime) -> tuple[LetIn, ...]:
    """The work that may not have been counted yet."""
    return tuple(each for each in let_in if now < each.at + PENDING)


def in_use(counted: Counted, pending: tuple[LetIn, ...]) -> int:
    """How much is used, with what was let in and has not been counted.

    All that was added since the oldest pending work was let in is taken to be that work: nothing counts twice, and as
    long as the read model is less than `PENDING` behind, nothing is missed.
    """
    if not pending:
        return counted.used
    seen = counted.added - pending[0].added
    return counted.used + max(sum(each.amount for each in pending) - seen, 0)


def allows(tier: Tier, measure: Measure, used: int, more: int) -> bool:
    """Whether a tier lets more in."""
    limit = LIMITS[tier][measure]
    return limit is None or used + more <= limit
