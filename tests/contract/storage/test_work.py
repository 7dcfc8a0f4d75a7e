"""What every store does for work that events ask for: at least once, bounded, fair, and not when nobody wants it."""

import asyncio

import pytest
from storage_samples import ACME, OTHER, Counted, Opened
from work_shops import Shop, raising

from skafu.kernel.errors import Refused, Unavailable
from skafu.storage import Storage
from skafu.storage.work import Later, Work


async def test_work_is_done_once_for_each_event_that_asks(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1), Counted(2))
    for event in await storage.events.read_stream(ACME, "s"):
        await shop.queue.ask(shop.kind, event)
    await shop.look()
    await shop.look()
    assert shop.done == ["acme s 1", "acme s 1"]
    assert await shop.queue.open() == []


async def test_what_fails_is_tried_again_after_a_pause_and_then_given_up(storage: Storage) -> None:
    shop = Shop(storage, raising(Unavailable("the line is down", fix="wait")))
    await shop.asked(Counted(1))
    await shop.look()
    await shop.look(0.5)
    assert [each.attempt for each in await shop.queue.open()] == [1]
    await shop.look(0.6)
    await shop.look(5)
    assert shop.given_up == []
    await shop.look()
    assert shop.given_up == [("UNAVAILABLE", "the line is down")]
    assert [each.severity for each in shop.errors.heard] == ["WARNING", "WARNING", "ERROR"]
    assert await shop.queue.open() == []


async def test_a_rule_that_says_no_is_not_asked_again(storage: Storage) -> None:
    shop = Shop(storage, raising(Refused("never")))
    await shop.asked(Counted(1))
    await shop.look()
    await shop.look()
    assert shop.given_up == [("REFUSED", "never")]


async def test_words_of_unexpected_errors_stay_inside(storage: Storage) -> None:
    shop = Shop(storage, raising(ValueError("password=hunter2")))
    await shop.asked(Counted(1))
    for seconds in (0, 1, 5, 0):
        await shop.look(seconds)
    assert shop.given_up == [("UNEXPECTED_ERROR", "something unexpected happened: ValueError")]


async def test_what_is_put_off_comes_again_and_does_not_count(storage: Storage) -> None:
    later: list[Exception] = [Later(10), Later(10), Later(10)]

    def act(_work: Work) -> object:
        if later:
            raise later.pop()
        return None

    shop = Shop(storage, act)
    await shop.asked(Counted(1))
    for _ in range(4):
        await shop.look(10)
    assert shop.done == ["acme s 1"]


async def test_patience_ends(storage: Storage) -> None:
    shop = Shop(storage, raising(Later(1)))
    await shop.asked(Counted(1))
    await shop.look()
    await shop.look(3601)
    await shop.look(1)
    assert [code for code, _ in shop.given_up] == ["GIVEN_UP"]


async def test_waiting_work_that_nobody_wants_is_not_begun(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1), Opened("no more"))
    await shop.asked(Counted(1), stream="other")
    await shop.look()
    assert shop.done == ["acme other 1"]


async def test_the_same_subject_of_another_tenant_goes_on(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1), tenant=OTHER)
    await shop.asked(Opened("no more"))
    await shop.look()
    assert shop.done == ["other s 1"]


async def test_running_work_that_nobody_wants_is_stopped(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skafu.storage.work.runner.HEARTBEAT", 0.01)
    never, begun = asyncio.Event(), asyncio.Event()

    def act(_work: Work) -> object:
        begun.set()
        return never

    shop = Shop(storage, act)
    await shop.asked(Counted(1))
    await shop.runner.look()
    await begun.wait()
    await shop.asked(Opened("no more"))
    await shop.runner.settle()
    assert shop.done == []
    assert await shop.queue.open() == []


async def test_those_for_whom_least_is_done_come_first(storage: Storage) -> None:
    shop = Shop(storage)
    for number in range(4):
        await shop.asked(Counted(1), stream=f"a{number}")
    await shop.asked(Counted(1), tenant=OTHER, stream="b")
    claimed = await shop.queue.claim("quick", "one", 3)
    assert [each.work.tenant for each in claimed] == [ACME, OTHER, ACME]


async def test_two_owners_never_have_the_same_work(storage: Storage) -> None:
    shop = Shop(storage)
    for number in range(6):
        await shop.asked(Counted(1), stream=f"a{number}")
    both = await asyncio.gather(*(shop.queue.claim("quick", owner, 6) for owner in ("one", "two")))
    ids = [each.work.id for some in both for each in some]
    assert len(ids) == len(set(ids))


async def test_work_of_a_process_that_died_is_done_by_another(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    assert len(await shop.queue.claim("quick", "dead", 1)) == 1
    await shop.look()
    assert shop.done == []
    await shop.look(31)
    assert shop.done == ["acme s 2"]


async def test_work_that_ends_its_process_each_time_is_given_up(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    for _ in range(3):
        assert len(await shop.queue.claim("quick", "dead", 1)) == 1
        shop.clock.pass_by(31)
    await shop.look()
    await shop.look()
    assert shop.done == []
    assert [message for _, message in shop.given_up] == ["the process that did it ended each time"]


async def test_a_stopped_runner_gives_its_work_back(storage: Storage) -> None:
    begun = asyncio.Event()

    def act(_work: Work) -> object:
        begun.set()
        return asyncio.Event()

    shop = Shop(storage, act)
    await shop.asked(Counted(1))
    running = asyncio.create_task(shop.runner.run())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(each.state, each.attempt) for each in await shop.queue.open()] == [("waiting", 0)]


async def test_ended_work_is_forgotten_after_a_week(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    await shop.look()
    event = (await storage.events.read_stream(ACME, "s"))[0]
    await shop.queue.sweep()
    assert await shop.queue.look(f"sample.count {event.event_id}") is not None
    shop.clock.pass_by(8 * 24 * 3600)
    await shop.queue.sweep()
    assert await shop.queue.look(f"sample.count {event.event_id}") is None
