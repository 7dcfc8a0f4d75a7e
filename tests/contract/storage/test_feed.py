"""What every feed does."""

import asyncio
from contextlib import aclosing

import pytest
from storage_samples import ACME, ORIGIN, OTHER, counted, numbers_of

from skafu.kernel.events import START, Cursor
from skafu.kernel.identity import TenantId
from skafu.storage import ALL, ANY, Lag, Page, Shard, Storage, UnknownCursor


async def _append(storage: Storage, tenant: TenantId, stream: str, *numbers: int) -> Cursor:
    done = await storage.events.append(tenant, stream, counted(*numbers), expected=ANY, origin=ORIGIN)
    return done.position


async def _wrote(storage: Storage, tenant: TenantId, stream: str, *numbers: int) -> Cursor:
    """Append, and wait until the feed shows it: while a transaction of somebody else is under way, it may not yet."""
    before = await storage.feed.tip()
    position = await _append(storage, tenant, stream, *numbers)
    async with asyncio.timeout(20), aclosing(storage.feed.subscribe(before)) as pages:
        async for page in pages:
            if page.cursor == position:
                return position
    raise AssertionError(position)


async def _all(storage: Storage, after: Cursor, limit: int = 500, shard: Shard = ALL) -> list[int]:
    numbers: list[int] = []
    while True:
        page = await storage.feed.read(after, limit=limit, shard=shard)
        if page.cursor == after:
            return numbers
        numbers += numbers_of(page.events)
        after = page.cursor


async def test_an_empty_feed_stays_where_it_is(storage: Storage) -> None:
    tip = await storage.feed.tip()
    assert await storage.feed.read(tip) == Page((), tip)
    assert await storage.feed.lag(tip) == Lag()


async def test_all_tenants_in_the_order_of_writing(storage: Storage) -> None:
    tip = await storage.feed.tip()
    await _wrote(storage, ACME, "a", 1, 2)
    await _wrote(storage, OTHER, "a", 3)
    last = await _wrote(storage, ACME, "b", 4)
    page = await storage.feed.read(tip)
    assert numbers_of(page.events) == [1, 2, 3, 4]
    assert [each.tenant for each in page.events] == [ACME, ACME, OTHER, ACME]
    assert page.cursor == page.events[-1].position == last == await storage.feed.tip()


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_hold_everything_once(storage: Storage, limit: int) -> None:
    tip = await storage.feed.tip()
    for number in range(0, 12, 3):
        await _wrote(storage, ACME, f"s-{number}", number, number + 1, number + 2)
    assert await _all(storage, tip, limit) == list(range(12))


async def test_any_position_is_a_cursor(storage: Storage) -> None:
    tip = await storage.feed.tip()
    await _wrote(storage, ACME, "s", *range(6))
    events = (await storage.feed.read(tip)).events
    for place, event in enumerate(events):
        assert await _all(storage, event.position) == list(range(place + 1, 6))


async def test_shards_share_the_tenants(storage: Storage) -> None:
    tip = await storage.feed.tip()
    for number in range(40):
        await _wrote(storage, TenantId(f"tenant-{number}"), "s", number)
    parts = [await _all(storage, tip, 7, Shard(index, 3)) for index in range(3)]
    assert sorted(number for part in parts for number in part) == list(range(40))
    assert all(len(part) > 3 for part in parts)
    assert [part == sorted(part) for part in parts] == [True, True, True]


async def test_a_page_of_others_still_moves_on(storage: Storage) -> None:
    tip = await storage.feed.tip()
    mine, theirs = (Shard(index, 2) for index in (0, 1))
    tenant = next(name for n in range(99) if mine.has(name := TenantId(f"t-{n}")))
    last = await _wrote(storage, tenant, "s", 1, 2)
    assert await storage.feed.read(tip, shard=theirs) == Page((), last)
    assert await storage.feed.lag(tip, shard=theirs) == Lag()
    assert (await storage.feed.lag(tip, shard=mine)).events == 2


async def test_lag_counts_what_is_left(storage: Storage) -> None:
    tip = await storage.feed.tip()
    first = await _wrote(storage, ACME, "s", 1)
    await _wrote(storage, ACME, "s", 2)
    lag = await storage.feed.lag(tip)
    assert lag.events == 2
    page = await storage.feed.read(tip)
    assert lag.oldest == page.events[0].recorded_at
    assert (await storage.feed.lag(first)).events == 1


@pytest.mark.parametrize("cursor", ["x", "-1", "1.2", "99999999", "9.9.9.9", "1.-1.2", "²"])
async def test_a_foreign_cursor_is_refused(storage: Storage, cursor: str) -> None:
    with pytest.raises(UnknownCursor):
        await storage.feed.read(Cursor(cursor))
    with pytest.raises(UnknownCursor):
        await storage.feed.lag(Cursor(cursor))


async def test_a_subscription_catches_up_and_goes_on_live(storage: Storage) -> None:
    tip = await storage.feed.tip()
    await _append(storage, ACME, "s", 0, 1, 2)
    seen: list[int] = []

    async def follow() -> None:
        async with aclosing(storage.feed.subscribe(tip, limit=2)) as pages:
            async for page in pages:
                seen.extend(numbers_of(page.events))
                if len(seen) == 60:
                    return

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(follow())
        for number in range(3, 60):
            await _append(storage, ACME, f"s-{number % 5}", number)
            await asyncio.sleep(0)
    assert seen == list(range(60))


async def test_a_subscriber_hears_of_one_event_soon(storage: Storage) -> None:
    async with aclosing(storage.feed.subscribe(await storage.feed.tip())) as pages:
        async with asyncio.timeout(20):
            waiting = asyncio.ensure_future(anext(pages))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await _append(storage, ACME, "s", 7)
            assert numbers_of((await waiting).events) == [7]


async def test_the_start_is_before_everything(storage: Storage) -> None:
    await _wrote(storage, ACME, "s", 1)
    page = await storage.feed.read(START, limit=1)
    assert len(page.events) == 1
    assert page.cursor != START
