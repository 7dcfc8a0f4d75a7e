"""What every store does for work whose process, store or conversation goes away in the middle."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from storage_samples import ACME, Counted
from work_shops import Shop

from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import TenantId
from skafu.storage import Body, Collection, Document, Documents, Found, Query, Storage
from skafu.storage.work import Later, PutOff, Work, WorkRunner
from skafu.storage.work.failures import LOOK_AT_WORKERS


async def test_work_that_is_cancelled_from_within_has_failed(storage: Storage) -> None:
    def act(_work: Work) -> object:
        raise asyncio.CancelledError

    shop = Shop(storage, act)
    await shop.asked(Counted(1))
    for seconds in (0, 1, 5, 0):
        await shop.look(seconds)
    assert shop.given_up == [("UNAVAILABLE", "something that it waited for was cancelled")]


async def test_work_that_takes_too_long_is_told_from_a_wait_of_its_own(storage: Storage) -> None:
    waits: list[TimeoutError] = [TimeoutError("the socket")]

    def act(_work: Work) -> object:
        if waits:
            raise waits.pop()
        return asyncio.Event()

    shop = Shop(storage, act)
    await shop.asked(Counted(1))
    await shop.look()
    assert [each.code for each in shop.errors.heard] == ["UNEXPECTED_ERROR"]
    shop.kind = msgspec.structs.replace(shop.kind, limit_seconds=0.0)
    shop.runner = shop.another("one")
    await shop.look(1)
    assert shop.errors.heard[-1].message == "it did not end within 1 second"


@pytest.mark.parametrize("fails", [True, False])
async def test_work_that_was_cancelled_as_it_ended_is_over_at_once(storage: Storage, *, fails: bool) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def perform(_work: Work) -> None:
        begun.set()
        await end.wait()
        if fails:
            raise Unavailable("the line is down")

    shop = Shop(storage)
    shop.kind = msgspec.structs.replace(shop.kind, perform=perform)
    shop.runner = shop.another("one")
    await shop.asked(Counted(1))
    await shop.runner.look()
    await begun.wait()
    await shop.queue.cancel(shop.kind, ACME, "s")
    end.set()
    await shop.runner.settle()
    assert await shop.queue.open() == []


async def test_an_attempt_that_another_one_has_replaced_is_not_renewed(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    (first,) = await shop.queue.claim("quick", "one", 1)
    shop.clock.pass_by(31)
    (second,) = await shop.queue.claim("quick", "one", 1)
    assert await shop.queue.renew(first) is None
    await shop.queue.end(first, "done")
    await shop.queue.put_off(first, 0)
    found = await shop.queue.look(first.work.id)
    assert found == second


class AwayDocuments:
    """Documents of a store that does not answer while it is away."""

    def __init__(self, inner: Documents) -> None:
        self._inner = inner
        self.away = False
        self.puts_left = 1_000

    async def get(self, tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        if self.away:
            raise Unavailable("nobody answers")
        return await self._inner.get(tenant, collection, keys)

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        self.puts_left -= 1
        if self.away or self.puts_left < 0:
            raise Unavailable("nobody answers")
        return await self._inner.put(tenant, collection, key, body, expected=expected)

    async def delete(self, tenant: TenantId, collection: Collection, key: str, *, expected: int | None = None) -> None:
        await self._inner.delete(tenant, collection, key, expected=expected)

    async def find(self, tenant: TenantId, collection: Collection, query: Query) -> Found:
        return await self._inner.find(tenant, collection, query)


async def test_a_store_that_is_away_for_moments_does_not_stop_work(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skafu.storage.work.runner.HEARTBEAT", 0.001)
    end = asyncio.Event()
    documents = AwayDocuments(storage.documents)
    shop = Shop(msgspec.structs.replace(storage, documents=documents), lambda _work: end)
    await shop.asked(Counted(1))
    await shop.runner.look()
    documents.away = True
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert shop.runner.busy == 1
    documents.away = False
    end.set()
    await shop.runner.settle()
    assert shop.done == ["acme s 1"]
    assert await shop.queue.open() == []
    documents.away = True


async def test_work_ends_with_its_lease_when_the_store_stays_away(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skafu.storage.work.runner.HEARTBEAT", 0.001)
    documents = AwayDocuments(storage.documents)
    shop = Shop(msgspec.structs.replace(storage, documents=documents), lambda _work: asyncio.Event())
    await shop.asked(Counted(1))
    await shop.runner.look()
    documents.away = True
    shop.clock.pass_by(31)
    await shop.runner.settle()
    assert shop.done == []


async def test_what_is_claimed_is_begun_when_the_store_goes_away_in_between(storage: Storage) -> None:
    documents = AwayDocuments(storage.documents)
    shop = Shop(msgspec.structs.replace(storage, documents=documents))
    await shop.asked(Counted(1), Counted(2))
    documents.puts_left = 1
    (claimed,) = await shop.queue.claim("quick", "one", 5)
    assert claimed.work.state == "running"


async def test_work_whose_process_died_is_found_where_it_is_looked_for(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    (lost,) = await shop.queue.claim("quick", "dead", 5)
    shop.clock.pass_by(31)
    assert await shop.queue.claim("quick", "one", 5, lapsed=False) == []
    (found,) = await shop.queue.claim("quick", "one", 5)
    assert (found.work.id, found.work.owner) == (lost.work.id, "one")


async def test_a_runner_comes_to_look_for_work_whose_process_died(storage: Storage) -> None:
    shop = Shop(storage)
    await shop.asked(Counted(1))
    await shop.queue.claim("quick", "dead", 5)

    async def pause(_seconds: float) -> None:
        shop.clock.pass_by(3)
        await asyncio.sleep(0)

    kinds = [shop.kind]
    running = asyncio.create_task(
        WorkRunner(shop.queue, storage.events, kinds, shop.clock, owner="one", pause=pause).run()
    )
    async with asyncio.timeout(20):
        while not shop.done:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert len(shop.done) == 1


class SlowDocuments(AwayDocuments):
    """Documents whose claims of work take until somebody lets them go on."""

    def __init__(self, inner: Documents) -> None:
        super().__init__(inner)
        self.claiming, self.go_on = asyncio.Event(), asyncio.Event()

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        revision = await super().put(tenant, collection, key, body, expected=expected)
        if body.get("state") == "running":
            self.claiming.set()
            await self.go_on.wait()
        return revision


async def test_a_runner_that_is_stopped_while_it_claims_gives_the_work_back(storage: Storage) -> None:
    documents = SlowDocuments(storage.documents)
    shop = Shop(msgspec.structs.replace(storage, documents=documents), lambda _work: asyncio.Event())
    await shop.asked(Counted(1))
    running = asyncio.create_task(shop.runner.run())
    await documents.claiming.wait()
    running.cancel()
    await asyncio.sleep(0)
    documents.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(each.state, each.attempt) for each in await shop.queue.open()] == [("waiting", 0)]


async def test_who_hears_of_it_is_told_why_work_is_done_again_and_when(storage: Storage) -> None:
    heard: list[PutOff] = []

    async def hear(put_off: PutOff) -> None:
        heard.append(put_off)
        raise Unavailable("nobody listens")

    troubles: list[Exception] = [Unavailable("no line", fix="wait"), ValueError("a secret"), Later(7)]
    troubles[-1].__cause__ = Unavailable("too fast")

    def act(_work: Work) -> object:
        if troubles:
            raise troubles.pop(0)
        return None

    shop = Shop(storage, act)
    shop.runner = WorkRunner(shop.queue, storage.events, [shop.kind], shop.clock, owner="one", hearers=[hear])
    await shop.asked(Counted(1))
    for seconds in (0, 1, 5, 7):
        await shop.look(seconds)
    assert [(each.why.message, each.why.fix, each.work.attempt) for each in heard] == [
        ("no line", "wait", 1),
        ("something unexpected happened: ValueError", LOOK_AT_WORKERS, 2),
        ("too fast", "", 3),
    ]
    assert [each.again_at for each in heard] == [
        shop.clock() - timedelta(seconds=12),
        shop.clock() - timedelta(seconds=7),
        shop.clock(),
    ]
    assert shop.given_up == []
    assert len(shop.done) == 1
