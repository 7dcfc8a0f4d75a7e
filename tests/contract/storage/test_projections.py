"""What every store does for projections: folds, live and from the start, in shards and by several workers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

import msgspec
import pytest
from projected_numbers import SUMS, refusing, stream_of, sums, totals, worker_of
from storage_samples import ACME, ORIGIN, OTHER, Counted, counted

from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.errors import Conflict, NotFound, Unavailable
from skafu.kernel.events import Cursor
from skafu.kernel.identity import TenantId
from skafu.storage import ANY, Body, Change, Claim, Collection, Document, DocumentKey, Query, ReadModels, Storage
from skafu.storage.projections import Builds, Projection, Reaction, Recorded, Worker
from skafu.storage.projections.builds import BUILDS
from skafu.storage.projections.parking import EVENT_PARKED


async def _append(storage: Storage, stream: str, *numbers: int, tenant: TenantId = ACME) -> None:
    await storage.events.append(tenant, stream, counted(*numbers), expected=ANY, origin=ORIGIN)


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(6_000):
        if await true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


@asynccontextmanager
async def _running(*workers: Worker) -> AsyncIterator[None]:
    """Workers beside the test; one that dies ends the test with its error."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.run()) for worker in workers]
        yield
        for task in tasks:
            task.cancel()


async def test_pages_are_folded_per_tenant(storage: Storage) -> None:
    for number in range(1, 21):
        await _append(storage, f"s{number % 3}", number)
    await _append(storage, "s1", 1000, tenant=OTHER)
    await worker_of(storage, sums(), shards=3).catch_up()
    assert await totals(storage, "s0", "s1", "s2", "s3") == [63, 70, 77, None]
    assert await totals(storage, "s1", tenant=OTHER) == [1000]
    found = await storage.documents.find(ACME, SUMS, Query(order=("total",), descending=True, limit=1))
    assert found.documents[0].body == {"total": 77, "count": 7}


async def test_a_second_time_nothing_is_folded_twice(storage: Storage) -> None:
    await _append(storage, "s", 1, 2, 3)
    await worker_of(storage, sums()).catch_up()
    await worker_of(storage, sums(), name="w2").catch_up()
    assert await totals(storage, "s") == [6]


async def test_live_after_catching_up(storage: Storage) -> None:
    for number in range(1, 31):
        await _append(storage, f"s{number % 2}", number)
    async with _running(worker_of(storage, sums(), shards=2)):
        for number in range(31, 51):
            await _append(storage, f"s{number % 2}", number, tenant=(ACME, OTHER)[number % 2])
        await _until(lambda: _are(storage, ["s0"], [240 + 410]))
        await _until(lambda: _are(storage, ["s1"], [400], OTHER))
    assert await totals(storage, "s1") == [225]


async def _are(storage: Storage, streams: list[str], expected: list[int], tenant: TenantId = ACME) -> bool:
    return await totals(storage, *streams, tenant=tenant) == expected


async def test_documents_go_when_a_fold_says_so(storage: Storage) -> None:
    def unless_negative(document: Body | None, event: Recorded) -> Body | None:
        kept = sums().fold(document, event)
        return None if getattr(event.event, "number", 0) < 0 else kept

    await _append(storage, "s", 1)
    await _append(storage, "t", 1)
    worker = worker_of(storage, sums(unless_negative))
    await worker.catch_up()
    await _append(storage, "s", -1)
    await worker.catch_up()
    assert await totals(storage, "s", "t") == [None, 1]


async def test_a_failing_event_stops_its_own_shard_alone(storage: Storage) -> None:
    broken = [True]
    worker = worker_of(storage, sums(refusing(13, lambda: broken[0])), shards=4)
    await _append(storage, "s", 1)
    await _append(storage, "s", 13)
    await _append(storage, "s", 2)
    others = [TenantId(f"t{number}") for number in range(8)]
    for other in others:
        await _append(storage, "s", 5, tenant=other)
    elsewhere = [each for each in others if _shard(each) != _shard(ACME)]
    async with _running(worker):
        await _until(lambda: _parked(worker, 1))
        for other in elsewhere:
            await _until(partial(_are, storage, ["s"], [5], other))
        assert await totals(storage, "s") == [1]
        parked = (await worker.parking_lot.list())[0]
        assert (parked.follower, parked.event.stream, parked.event.version) == ("sums", "s", 2)
        assert parked.error == "ValueError: cannot count 13"
        assert parked.attempts >= 3
        lag = [each for each in await worker.status() if each.shard == _shard(ACME)]
        assert lag[0].behind >= 2
        await worker.parking_lot.decide(parked.key, "retry", by="ann")
        await _until(lambda: _tried(worker, parked.attempts + 1))
        broken[0] = False
        await worker.parking_lot.decide(parked.key, "retry", by="ann")
        await _until(lambda: _are(storage, ["s"], [16]))
        await _until(lambda: _parked(worker, 0))
    closed = (await worker.parking_lot.list(open_only=False))[0]
    assert (closed.decision, closed.decided_by) == ("done", "ann")
    with pytest.raises(Conflict, match="closed"):
        await worker.parking_lot.decide(parked.key, "skip", by="bob")


def _shard(tenant: TenantId) -> int:
    from skafu.storage import Shard

    return next(index for index in range(4) if Shard(index, 4).has(tenant))


async def _as_true(found: object) -> bool:
    return bool(found)


async def _parked(worker: Worker, count: int) -> bool:
    return len(await worker.parking_lot.list()) == count


async def _tried(worker: Worker, attempts: int) -> bool:
    cases = await worker.parking_lot.list()
    return bool(cases) and cases[0].attempts >= attempts and cases[0].decision == "waiting"


class AwayAWhile:
    """The read models of a store that does not answer for some questions."""

    def __init__(self, inner: ReadModels, questions: int) -> None:
        self._inner = inner
        self.left = questions

    async def load(self, keys: Set[DocumentKey]) -> Mapping[DocumentKey, Document]:
        if self.left > 0:
            self.left -= 1
            raise Unavailable("nobody answers")
        return await self._inner.load(keys)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


async def test_nothing_is_parked_because_the_store_was_away(storage: Storage) -> None:
    away = AwayAWhile(storage.read_models, 20)
    worker = worker_of(msgspec.structs.replace(storage, read_models=away), sums())
    await _append(storage, "s", 1, 2)
    async with _running(worker):
        await _until(lambda: _are(storage, ["s"], [3]))
    assert away.left == 0
    assert await worker.parking_lot.list(open_only=False) == []


async def test_what_is_skipped_stays_on_record(storage: Storage) -> None:
    worker = worker_of(storage, sums(refusing(13)))
    await _append(storage, "s", 1, 13, 2)
    async with _running(worker):
        await _until(lambda: _parked(worker, 1))
        key = (await worker.parking_lot.list())[0].key
    restarted = worker_of(storage, sums(refusing(13)), name="w2")
    await restarted.parking_lot.decide(key, "skip", by="ann", reason="a test number")
    await restarted.catch_up()
    assert await totals(storage, "s") == [3]
    skipped = (await worker.parking_lot.list(open_only=False))[0]
    assert (skipped.decision, skipped.decided_by, skipped.reason) == ("skipped", "ann", "a test number")
    with pytest.raises(NotFound):
        await worker.parking_lot.decide("another", "retry", by="ann")


async def test_the_error_bus_hears_of_what_is_parked(storage: Storage) -> None:
    heard: list[ErrorReport] = []

    class Bus:
        async def report(self, error: ErrorReport, /) -> None:
            heard.append(error)

    worker = worker_of(storage, sums(refusing(13)), errors=Bus())
    await _append(storage, "s", 1, 13, 2)
    async with _running(worker):
        await _until(lambda: _as_true(heard))
    (event,) = await storage.events.read_stream(ACME, "s", from_version=2, limit=1)
    (told,) = heard
    assert (told.tenant, told.correlation_id) == (ACME, event.correlation_id)
    assert (told.severity, told.code, told.context["subject"]) == ("CRITICAL", EVENT_PARKED, "s 2")
    assert "ValueError" in told.message
    assert "cannot count" not in told.message


class EndsAfter:
    """The read models of a process that dies as soon as it has saved something."""

    def __init__(self, inner: ReadModels) -> None:
        self._inner = inner

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        await self._inner.save(claim, cursor, changes)
        raise SystemError("the process is gone")

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.mark.parametrize("decision", ["skip", "retry"])
async def test_what_was_decided_about_an_event_is_never_done_to_the_next(
    storage: Storage, decision: Literal["skip", "retry"]
) -> None:
    broken = [True]
    projection = sums(refusing(13, lambda: broken[0]))
    worker = worker_of(storage, projection)
    await _append(storage, "s", 1, 13, 2, 4)
    async with _running(worker):
        await _until(lambda: _parked(worker, 1))
        key = (await worker.parking_lot.list())[0].key
    await worker.parking_lot.decide(key, decision, by="ann")
    broken[0] = False
    dying = worker_of(msgspec.structs.replace(storage, read_models=EndsAfter(storage.read_models)), projection)
    with pytest.raises(SystemError):
        await dying.catch_up()
    await worker_of(storage, projection).catch_up()
    assert await totals(storage, "s") == [7 if decision == "skip" else 20]
    (closed,) = await worker.parking_lot.list(open_only=False)
    assert closed.decision == ("skipped" if decision == "skip" else "done")


async def test_a_worker_that_is_cancelled_while_it_lets_go_of_a_follower_ends(storage: Storage) -> None:
    begun, slow, letting_go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def act(_event: Recorded) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            letting_go.set()
            await slow.wait()

    reactions = [Reaction("tell", (Counted,), act)]
    await _append(storage, "s", 1)
    worker = worker_of(storage, reactions=reactions)
    running = asyncio.create_task(worker.run())
    await begun.wait()
    reactions.clear()
    await letting_go.wait()
    running.cancel()
    slow.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await _owned(storage, "")


async def _owned(storage: Storage, owner: str) -> bool:
    return [each.owner for each in await storage.checkpoints.states()] == [owner]


async def test_a_reaction_that_is_cancelled_from_within_is_begun_again(storage: Storage) -> None:
    seen: list[int] = []

    async def act(event: Recorded) -> None:
        seen.append(event.version)
        if len(seen) < 3:
            raise asyncio.CancelledError

    await _append(storage, "s", 1, 2)
    async with _running(worker_of(storage, reactions=[Reaction("tell", (Counted,), act)])):
        await _until(lambda: _has(seen, 4))
    assert seen == [1, 1, 1, 2]


async def _has(seen: list[int], count: int) -> bool:
    return len(seen) >= count


async def test_a_rebuild_answers_all_the_time_and_ends_equal(storage: Storage) -> None:
    def doubled(document: Body | None, event: Recorded) -> Body | None:
        body = sums().fold(document, event)
        return None if body is None else {**body, "twice": 2 * int(str(body["total"]))}

    for number in range(1, 26):
        await _append(storage, f"s{number % 2}", number)
    before = worker_of(storage, sums(), shards=2)
    await before.catch_up()
    with pytest.raises(NotFound, match="no projection"):
        await Builds(storage.documents).begin("others")
    await Builds(storage.documents).begin("sums", shards=3)
    with pytest.raises(Conflict, match="rebuilt already"):
        await Builds(storage.documents).begin("sums")
    worker = worker_of(storage, sums(doubled), name="w2")
    async with _running(worker):
        seen = 0
        while (await Builds(storage.documents).read("sums"))[0].current == 1:
            await _append(storage, "s0", 1)
            await asyncio.sleep(0.001)
            seen_now = int(str((await totals(storage, "s0"))[0]))
            assert seen_now >= seen
            seen = seen_now
        await _append(storage, "s0", 1)
        events = await storage.events.read_stream(ACME, "s0")
        total = sum(getattr(each.event, "number", 0) for each in events)
        await _until(lambda: _are(storage, ["s0", "s1"], [total, 169]))
        await _until(lambda: _tidy(storage))
    found = await storage.documents.get(ACME, SUMS, ["s1"])
    assert found["s1"].body["twice"] == 338
    build, _ = await Builds(storage.documents).read("sums")
    assert (build.current, build.shards, build.next) == (2, 3, None)


async def _tidy(storage: Storage) -> bool:
    return not (await Builds(storage.documents).read("sums"))[0].retired


async def test_two_workers_share_and_take_over(storage: Storage) -> None:
    first, second = worker_of(storage, sums(), shards=4), worker_of(storage, sums(), shards=4, name="w2")
    tenants = [TenantId(f"t{number}") for number in range(12)]
    async with _running(second):
        async with _running(first):
            for tenant in tenants:
                await _append(storage, "s", 1, 2, tenant=tenant)
            for tenant in tenants:
                await _until(partial(_are, storage, ["s"], [3], tenant))
        for tenant in tenants:
            await _append(storage, "s", 4, tenant=tenant)
        for tenant in tenants:
            await _until(partial(_are, storage, ["s"], [7], tenant))
        assert {each.owner for each in await second.status()} == {"w2"}


async def test_two_projections_side_by_side(storage: Storage) -> None:
    other = Projection(
        "all sums", SUMS.__class__("all sums"), lambda event: ["all"] if stream_of(event) else [], sums().fold
    )
    await _append(storage, "s", 1)
    await _append(storage, "t", 2)
    await worker_of(storage, sums(), other).catch_up()
    assert await totals(storage, "s", "t") == [1, 2]
    found = await storage.documents.get(ACME, other.collection, ["all"])
    assert found["all"].body == {"total": 3, "count": 2}


async def test_a_worker_looks_at_all_its_builds_at_once(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    others = msgspec.structs.replace(sums(), name="others", collection=Collection("others"))
    worker = worker_of(storage, sums(), others)
    await worker.catch_up()
    asked: list[list[str]] = []
    get = storage.documents.get

    async def heard(tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        if collection == BUILDS:
            asked.append(list(keys))
        return await get(tenant, collection, keys)

    monkeypatch.setattr(storage.documents, "get", heard)
    await worker.status()
    assert asked == [["sums", "others"]]
