"""What happens when the disk, the file or the program itself is at fault."""

import asyncio
import sqlite3
import threading
from collections import Counter
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from full_disk import no_file_beyond
from storage_samples import ACME, ORIGIN, Opened, codec, counted, events_of, numbers_of

from skafu.kernel.errors import Invalid, Unavailable
from skafu.storage import ANY, Appended, ClaimLost, Storage
from skafu.storage.adapters.sqlite import connections, sqlite_storage
from skafu.storage.adapters.sqlite.events import SqliteEventStore
from skafu.storage.adapters.sqlite.feed import SqliteFeed
from skafu.storage.adapters.sqlite.lane import WriterLane
from skafu.storage.adapters.sqlite.watch import EVERY

COPY = """
INSERT INTO events (tenant, stream, version, id, type, schema, data, meta, at)
SELECT tenant, ?, version, id, type, schema, data, meta, at FROM events LIMIT 1
"""


def _lane(storage: Storage) -> WriterLane:
    assert isinstance(storage.events, SqliteEventStore)
    return storage.events._lane


async def _append(storage: Storage, stream: str, *numbers: int) -> Appended:
    return await storage.events.append(ACME, stream, counted(*numbers), expected=ANY, origin=ORIGIN)


async def test_a_full_disk_refuses_and_harms_nothing(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path / "store.db", codec()) as storage:
        await _append(storage, "s", 1)
        (pages,) = await _lane(storage).run(lambda connection: connection.execute("PRAGMA page_count").fetchone())
        await _lane(storage).run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        large = [Opened("x" * 100_000)]
        attempts = [storage.events.append(ACME, f"l-{n}", large, expected=ANY, origin=ORIGIN) for n in range(5)]
        results = await asyncio.gather(*attempts, _append(storage, "small", 1), return_exceptions=True)
        assert all(isinstance(each, Unavailable) for each in results[:5])
        await _lane(storage).run(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchone())
        await storage.events.append(ACME, "l-0", large, expected=0, origin=ORIGIN)
        await _append(storage, "s", 2)
        assert numbers_of(await storage.events.read_stream(ACME, "s")) == [1, 2]
        assert events_of(await storage.events.read_stream(ACME, "l-0")) == large
        assert await storage.events.read_stream(ACME, "l-1") == []


async def test_a_file_that_cannot_grow_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, written = tmp_path / "store.db", 0

    async def fill(storage: Storage) -> None:
        nonlocal written
        while written < 100:
            await storage.events.append(ACME, "s", [Opened("x" * 20_000)], expected=written, origin=ORIGIN)
            written += 1

    async with sqlite_storage(path, codec()) as storage:
        with no_file_beyond(600_000), pytest.raises(Unavailable, match="cannot be written"):
            await fill(storage)
        assert written > 1
        assert len(await storage.events.read_stream(ACME, "s")) == written
        await _append(storage, "s", 1)
    async with sqlite_storage(path, codec()) as storage:
        assert len(await storage.events.read_stream(ACME, "s")) == written + 1
        assert len((await storage.feed.read()).events) == written + 1


async def test_what_is_too_large_for_the_engine_is_its_callers_fault_alone(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path / "store.db", codec()) as storage:
        await _lane(storage).run(lambda connection: connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10_000))
        large = storage.events.append(ACME, "l", [Opened("x" * 20_000)], expected=ANY, origin=ORIGIN)
        before, refused, after = await asyncio.gather(
            _append(storage, "a", 1), large, _append(storage, "b", 2), return_exceptions=True
        )
        assert isinstance(refused, Invalid)
        assert isinstance(before, Appended)
        assert isinstance(after, Appended)
        assert numbers_of((await storage.feed.read()).events) == [1, 2]


async def test_a_subscriber_outlives_a_file_that_does_not_answer_for_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with sqlite_storage(path, codec()) as storage, sqlite_storage(path, codec()) as other:
        assert isinstance(storage.feed, SqliteFeed)
        watch = storage.feed._watch
        async with aclosing(storage.feed.subscribe()) as pages, asyncio.timeout(60):
            waiting = asyncio.ensure_future(anext(pages))
            await asyncio.sleep(EVERY)
            watch._connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
            await asyncio.sleep(5 * EVERY)
            watch._connection.set_authorizer(None)
            await asyncio.sleep(5 * EVERY)
            await _append(other, "s", 1)
            assert numbers_of((await waiting).events) == [1]


async def test_somebody_who_writes_for_long_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with sqlite_storage(path, codec()) as storage:
        await _append(storage, "s", 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            somebody.execute(COPY, ("theirs",))
            waiting = asyncio.ensure_future(_append(storage, "s", 2))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            assert numbers_of(await storage.events.read_stream(ACME, "s")) == [1]
            assert numbers_of((await storage.feed.read()).events) == [1]
            somebody.execute("COMMIT")
            assert (await waiting).version == 2
        events = (await storage.feed.read()).events
        assert [(each.stream, each.version) for each in events] == [("s", 1), ("theirs", 1), ("s", 2)]


async def test_somebody_who_writes_for_too_long_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_MILLISECONDS", 30)
    path = tmp_path / "store.db"
    async with sqlite_storage(path, codec()) as storage:
        with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                await _append(storage, "s", 1)
            somebody.execute("ROLLBACK")
        assert (await _append(storage, "s", 2)).version == 1


async def test_somebody_who_reads_for_long_holds_up_nobody(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with sqlite_storage(path, codec()) as storage:
        await _append(storage, "s", 0)
        with closing(sqlite3.connect(path, isolation_level=None)) as somebody:
            somebody.execute("BEGIN")
            assert somebody.execute("SELECT count(*) FROM events").fetchone() == (1,)
            for number in range(1, 50):
                await _append(storage, "s", number)
            assert numbers_of((await storage.feed.read()).events) == list(range(50))
            assert somebody.execute("SELECT count(*) FROM events").fetchone() == (1,)
            somebody.execute("COMMIT")
            assert somebody.execute("SELECT count(*) FROM events").fetchone() == (50,)


async def test_a_fault_in_one_write_is_its_callers_alone(tmp_path: Path) -> None:
    queued, times = threading.Event(), Counter[str]()

    def faulty(connection: sqlite3.Connection) -> None:
        times["faulty"] += 1
        connection.execute("DELETE FROM events")
        raise ZeroDivisionError

    def counted_once(_: sqlite3.Connection) -> None:
        times["before"] += 1
        queued.wait(60)

    async with sqlite_storage(tmp_path / "store.db", codec()) as storage:
        lane = _lane(storage)
        parts = [lane.run(counted_once), _append(storage, "a", 1), lane.run(faulty), _append(storage, "b", 2)]
        work = [asyncio.ensure_future(each) for each in [*parts, lane.run(faulty), _append(storage, "c", 3)]]
        while lane._queue.qsize() < len(work) - 1:  # noqa: ASYNC110 a queue of threads has no event for it
            await asyncio.sleep(0)
        queued.set()
        _, first, *faults, last = await asyncio.gather(*work, return_exceptions=True)
        assert isinstance(first, Appended)
        assert [type(each) for each in faults] == [ZeroDivisionError, Appended, ZeroDivisionError]
        assert isinstance(last, Appended)
        assert numbers_of((await storage.feed.read()).events) == [1, 2, 3]
        assert times == {"before": 3, "faulty": 2}, "they shared a transaction, which was begun again twice"


async def test_a_caller_that_has_gone_stops_nobody(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path / "store.db", codec()) as storage:
        gone = [asyncio.ensure_future(_append(storage, f"g-{n}", n)) for n in range(10)]
        await asyncio.sleep(0)
        for each in gone:
            each.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        assert (await _append(storage, "s", 1)).version == 1


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path / "store.db", codec()) as storage:
        pass
    with pytest.raises(Unavailable, match="closed"):
        await _append(storage, "s", 1)
    with pytest.raises(Unavailable, match="closed"):
        await storage.events.read_stream(ACME, "s")


async def _open(path: Path) -> None:
    async with sqlite_storage(path, codec()):
        pass


def _spoiled(path: Path) -> None:
    path.write_bytes(b"no database, but long enough to be looked at " * 100)


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    _spoiled(tmp_path / "store.db")
    with pytest.raises(Unavailable, match="does not answer"):
        await _open(tmp_path / "store.db")
    with pytest.raises(Unavailable, match="does not answer"):
        await _open(tmp_path / "no folder" / "store.db")


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    await _open(tmp_path / "store.db")
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unavailable, match="another version"):
        await _open(tmp_path / "store.db")


async def test_a_clock_that_goes_back_changes_no_order(tmp_path: Path) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    moments = (noon - timedelta(hours=number) for number in range(100))
    async with sqlite_storage(tmp_path / "store.db", codec(), clock=lambda: next(moments)) as storage:
        for number in range(5):
            await _append(storage, f"s-{number % 2}", number)
        events = (await storage.feed.read()).events
    assert numbers_of(events) == [0, 1, 2, 3, 4]
    assert [each.recorded_at for each in events] == [noon - timedelta(hours=number) for number in range(5)]


async def test_a_clock_that_goes_back_gives_no_claim_to_a_second_owner(tmp_path: Path) -> None:
    moments = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    async with sqlite_storage(tmp_path / "store.db", codec(), clock=lambda: moments[-1]) as storage:
        await _append(storage, "s", 1)
        claim = await storage.checkpoints.claim("p", 0, "first", timedelta(minutes=1))
        assert claim is not None
        moments.append(moments[0] - timedelta(days=1))
        assert await storage.checkpoints.claim("p", 0, "second", timedelta(minutes=1)) is None
        await storage.read_models.save(claim, await storage.feed.tip())
        moments.append(moments[0] + timedelta(days=1))
        taken = await storage.checkpoints.claim("p", 0, "second", timedelta(minutes=1))
        assert taken is not None
        assert (taken.fence, taken.cursor) == (claim.fence + 1, await storage.feed.tip())
        with pytest.raises(ClaimLost):
            await storage.read_models.save(msgspec.structs.replace(claim, cursor=taken.cursor), taken.cursor)


async def test_another_process_is_heard(tmp_path: Path) -> None:
    """Two stores on one file know of each other only through the file, as two processes do."""
    path = tmp_path / "store.db"
    async with sqlite_storage(path, codec()) as here, sqlite_storage(path, codec()) as there:
        pages = here.feed.subscribe()
        waiting = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0.05)
        await _append(there, "s", 1)
        async with asyncio.timeout(20):
            assert numbers_of((await waiting).events) == [1]
        await pages.aclose()
