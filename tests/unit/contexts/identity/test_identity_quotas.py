"""What organisations may use: counted from events, and never more let in than there is room for."""

import asyncio
from uuid import UUID

import pytest
from identity_in_memory import Started, Stopped, Village

from skafu.contexts.identity.application.quotas import LET_IN, StoredQuotas
from skafu.contexts.identity.domain.tiers import LIMITS
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Query
from skafu.storage.event_store import ANY
from skafu.web_api.principal import Principal
from skafu.web_api.quotas import QuotaExceeded

ACME = TenantId(str(UUID(int=7)))
FREE = Principal("ann", ACME, "admin", "free")
LIMIT = LIMITS["free"]["proofs"]


async def _happens(village: Village, *events: Started | Stopped) -> None:
    origin = village.asking().by("ann")
    await village.storage.events.append(ACME, "other-1", events, expected=ANY, origin=origin)


async def _used(quotas: StoredQuotas) -> int:
    return next(each.used for each in await quotas.rations(ACME, "free") if each.measure == "proofs")


async def _let_in(quotas: StoredQuotas, more: int = 1, principal: Principal = FREE) -> bool:
    try:
        await quotas.check(principal, "proofs", more)
    except QuotaExceeded:
        return False
    return True


async def test_use_is_counted_from_events_and_given_back() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    await _happens(village, Started(3), Started(), Stopped())
    await village.worker.catch_up()
    assert await _used(quotas) == 3


async def test_one_after_the_other_is_let_in_up_to_the_limit_while_events_are_counted() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    assert LIMIT is not None
    for number in range(LIMIT):
        village.later(seconds=1)
        assert await _let_in(quotas), number
        await _happens(village, Started())
        await village.worker.catch_up()
    assert not await _let_in(quotas)


async def test_of_many_at_once_no_more_than_there_is_room_for_even_when_nothing_is_counted_yet() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    let_in = await asyncio.gather(*(_let_in(quotas) for _ in range(40)))
    assert sum(let_in) == LIMIT


async def test_what_was_let_in_and_never_began_is_forgotten_after_a_minute() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    assert LIMIT is not None
    assert await _let_in(quotas, LIMIT)
    assert not await _let_in(quotas)
    village.later(seconds=61)
    assert await _let_in(quotas, LIMIT)


async def test_a_new_day_brings_new_proofs_and_the_refusal_says_when() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    assert LIMIT is not None
    await _happens(village, Started(LIMIT))
    await village.worker.catch_up()
    with pytest.raises(QuotaExceeded, match="allows 20 proofs a day; 20 are used") as refused:
        await quotas.check(FREE, "proofs")
    assert refused.value.retry_after == 12 * 3600 + 1
    village.later(hours=12)
    assert await _let_in(quotas)


async def test_a_month_ends_with_the_month_and_what_is_for_ever_needs_a_higher_tier() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    with pytest.raises(QuotaExceeded, match="ai tokens a month") as refused:
        await quotas.check(FREE, "ai_tokens", 200_001)
    assert "2026-02-01" in refused.value.fix
    with pytest.raises(QuotaExceeded) as refused:
        await quotas.check(FREE, "projects", 6)
    assert (refused.value.retry_after, refused.value.fix) == (None, "ask for a higher tier")


async def test_organisations_do_not_use_up_what_others_have_and_some_have_no_limit() -> None:
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    assert LIMIT is not None
    assert await _let_in(quotas, LIMIT)
    assert await _let_in(quotas, LIMIT, Principal("bob", TenantId(str(UUID(int=8))), "admin", "free"))
    assert await _let_in(quotas, 10**12, Principal("ann", ACME, "admin", "enterprise"))
    with pytest.raises(Invalid):
        await quotas.check(FREE, "proofs", -1)


async def test_who_has_no_limit_does_not_queue_to_be_counted() -> None:
    """Of many at once, those with a limit note each other before they are let in."""
    village = Village()
    quotas = StoredQuotas(village.storage.documents, village.clock)
    await asyncio.gather(*(_let_in(quotas, 1, Principal("ann", ACME, "admin", "enterprise")) for _ in range(20)))
    assert not (await village.storage.documents.find(ACME, LET_IN, Query())).documents
    assert await _let_in(quotas)
    assert (await village.storage.documents.find(ACME, LET_IN, Query())).documents
