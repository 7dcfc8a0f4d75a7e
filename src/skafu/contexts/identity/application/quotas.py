"""Whether an organisation may use more, asked before work starts.

What is used is counted by a projection from the events themselves. Between a question and the event that follows from
it, the answer is remembered: of many questions at once, no more get a yes than there is room for. That holds as long as
the projection is less than a minute behind; what was let in and never began is forgotten after that minute.
"""

from datetime import timedelta
from typing import Final

import msgspec

from skafu.contexts.identity.application.projections import USAGE, usage_key
from skafu.contexts.identity.domain.tiers import (
    LIMITS,
    MEASURES,
    PERIODS,
    Counted,
    LetIn,
    allows,
    in_use,
    still_pending,
)
from skafu.kernel.errors import Invalid, Unavailable
from skafu.kernel.identity import Clock, TenantId
from skafu.storage.documents import Collection, Documents, WrongRevision
from skafu.web_api.principal import Principal, Tier
from skafu.web_api.quotas import Measure, QuotaExceeded

LET_IN: Final = Collection("identity let in")
_TRIES: Final = 50


class Ration(msgspec.Struct, frozen=True):
    """What is used of a measure, and of how much; no limit: as much as is wanted."""

    measure: Measure
    used: int
    limit: int | None
    period: str


class StoredQuotas:
    """Fills `Quotas`."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        """Count in these documents."""
        self._documents = documents
        self._clock = clock

    async def check(self, principal: Principal, measure: Measure, more: int = 1, /) -> None:
        """Let work start that uses this much more.

        Raises:
            QuotaExceeded: there is not so much left; says when there is more.
            Unavailable: too many ask at the same moment.
        """
        if more < 0:
            raise Invalid("nobody uses less than nothing", fix="ask for 0 or more")
        if LIMITS[principal.tier][measure] is None:
            return  # whoever may use as much as they like need not queue to be counted
        for _ in range(_TRIES):
            if await self._let_in(principal, measure, more):
                return
        raise Unavailable("too many ask for the same at this moment", fix="try again")

    async def rations(self, tenant: TenantId, tier: Tier) -> list[Ration]:
        """What an organisation uses now."""
        now = self._clock()
        counted = await self._documents.get(tenant, USAGE, [usage_key(each, now) for each in MEASURES])
        bodies = {each: counted.get(usage_key(each, now)) for each in MEASURES}
        return [
            Ration(
                each,
                msgspec.convert(found.body, Counted).used if (found := bodies[each]) else 0,
                LIMITS[tier][each],
                PERIODS[each],
            )
            for each in MEASURES
        ]

    async def _let_in(self, principal: Principal, measure: Measure, more: int) -> bool:
        """Whether the work was let in and that was remembered; not when somebody else was let in meanwhile."""
        now = self._clock()
        key, tenant = usage_key(measure, now), principal.org_id
        reserved = (await self._documents.get(tenant, LET_IN, [key])).get(key)
        stored = (await self._documents.get(tenant, USAGE, [key])).get(key)
        counted = msgspec.convert(stored.body, Counted) if stored else Counted()
        before = msgspec.convert(reserved.body["let_in"], tuple[LetIn, ...]) if reserved else ()
        pending = still_pending(before, now)
        used = in_use(counted, pending)
        if not allows(principal.tier, measure, used, more):
            raise _exceeded(principal, measure, used, more, self._clock)
        after = (*pending, LetIn(more, counted.added, now))
        try:
            body = {"let_in": msgspec.to_builtins(after)}
            revision = reserved.revision if reserved else 0
            await self._documents.put(tenant, LET_IN, key, body, expected=revision)
        except WrongRevision:
            return False
        return True


def _exceeded(principal: Principal, measure: Measure, used: int, more: int, clock: Clock) -> QuotaExceeded:
    limit, now, period = LIMITS[principal.tier][measure], clock(), PERIODS[measure]
    per = "" if period == "ever" else f" a {period}"
    words = f"the tier {principal.tier!r} allows {limit} {measure.replace('_', ' ')}{per}; {used} are used"
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    again = None
    if period == "day":
        again = midnight + timedelta(days=1)
    if period == "month":
        again = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    fix = "ask for a higher tier" if again is None else f"come again on {again:%Y-%m-%d}, or ask for a higher tier"
    seconds = None if again is None else int((again - now).total_seconds()) + 1
    return QuotaExceeded(f"{words}, {more} more were asked for", fix=fix, retry_after=seconds)
