"""What operators see, find and move, in every engine that has files or tables."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from postgres_databases import emptied
from projected_numbers import sums, worker_of
from storage_samples import ACME, ORIGIN, OTHER, TYPES, Opened, codec, counted

from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.event_types import EventTypes
from skafu.storage import ANY, Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.adapters.sqlite.operations import copy_file
from skafu.storage.erasure import Subject
from skafu.storage.operating.lines import lines, take_in
from skafu.storage.operating.status import status
from skafu.storage.operating.verifying import verify
from skafu.storage.projections import Builds, ParkingLot
from skafu.storage.raw import RawCodec
from skafu.store_bootstrap import STORE_FILE, OperatedStore, StorePlace, operated_eraser, operated_store


@dataclass(frozen=True)
class Database:
    """A database, and how a stranger changes it."""

    place: StorePlace
    typed: Callable[[], AbstractAsyncContextManager[Storage]]
    spoil: Callable[[str], object]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        file = tmp_path / STORE_FILE
        return Database(StorePlace(tmp_path), lambda: sqlite_storage(file, codec()), lambda sql: _in_file(file, sql))
    url = str(request.getfixturevalue("postgres_database"))
    emptied(url)
    return Database(
        StorePlace(url=url), lambda: postgres_storage(one_login(url), codec()), lambda sql: _in_server(url, sql)
    )


def _in_file(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


def _in_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
async def store(database: Database) -> AsyncIterator[OperatedStore]:
    """Six events, three projected; seen without types."""
    async with database.typed() as storage:
        await storage.events.append(ACME, "s", counted(1, 2, 13), expected=ANY, origin=ORIGIN)
        await storage.events.append(OTHER, "s", [Opened("ä\0\n")], expected=ANY, origin=ORIGIN)
        await worker_of(storage, sums(), shards=2).catch_up()
        await storage.events.append(ACME, "t", counted(4, 5), expected=ANY, origin=ORIGIN)
    async with operated_store(database.place) as opened:
        yield opened


async def test_the_status_says_what_there_is(store: OperatedStore) -> None:
    found = await status(store.storage, store.operations, store.clock)
    census = found.census
    assert (census.tenants, census.streams, census.events, found.parked) == (2, 3, 6, 0)
    assert census.bytes > 1000
    assert census.oldest is not None
    assert census.newest is not None
    assert census.oldest <= census.newest
    assert sorted((each.follower, each.shard) for each in found.followers) == [("sums", 0), ("sums", 1)]
    assert sum(each.behind for each in found.followers) == 2
    await Builds(store.storage.documents).begin("sums")
    assert (await status(store.storage, store.operations, store.clock)).rebuilding == ("sums",)


async def test_an_empty_store_has_a_status(database: Database) -> None:
    async with operated_store(database.place, create=True) as store:
        found = await status(store.storage, store.operations, store.clock)
        assert (found.census.events, found.census.streams, found.followers) == (0, 0, ())
        assert (await verify(store.storage, store.operations)).faults == ()


async def test_people_are_erased_without_knowing_the_events(store: OperatedStore, database: Database) -> None:
    del store
    ada = Subject(ACME, f"u-{uuid4()}")
    async with operated_eraser(database.place) as eraser:
        before = (await eraser.reapply()).erased
        done = await eraser.erase(ada, by="ann", rebuild=["sums", "others"])
        assert (done.had_key, done.rebuilding, done.unknown) == (False, ("sums",), ("others",))
        again = await eraser.reapply()
        assert (again.erased, again.rebuilding, again.again) == (before + 1, (), ("sums",))


async def test_parked_events_are_counted(store: OperatedStore) -> None:
    lot = ParkingLot(store.storage.documents, store.clock)
    (event, *_) = (await store.storage.feed.read()).events
    await lot.park("sums", 0, event, ValueError("no"), 3)
    assert (await status(store.storage, store.operations, store.clock)).parked == 1


async def test_a_whole_store_has_no_fault(store: OperatedStore) -> None:
    found = await verify(store.storage, store.operations)
    assert (found.events, found.faults, found.unknown) == (6, (), ("sample.counted", "sample.opened"))
    assert (await verify(store.storage, store.operations, TYPES)).unknown == ()
    assert (await verify(store.storage, store.operations, EventTypes(next(iter(TYPES))))).unknown == ("sample.counted",)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM events WHERE stream = 's' AND version = 2", "stream 's' of 'acme' has 2 events"),
        ("DELETE FROM events WHERE stream = 't' AND version = 1", "stream 't' of 'acme' has 1 events"),
        (
            "UPDATE events SET data = {bytes} WHERE stream = 't' AND version = 2",
            "event 2 of stream 't' of 'acme' cannot",
        ),
        ("UPDATE checkpoints SET cursor = '77777' WHERE shard = 1", "checkpoint 'sums', shard 1, stands nowhere"),
        ("UPDATE checkpoints SET shard = 2 WHERE shard = 1", "checkpoint 'sums', shard 2, is one too many"),
        ("UPDATE events SET version = 9 - version WHERE stream = 's' AND tenant = 'acme'", "behind a later one"),
        ("UPDATE events SET meta = {bytes} WHERE stream = 't' AND version = 1", "event 1 of stream 't' of 'acme' has"),
    ],
)
async def test_what_is_wrong_is_said(store: OperatedStore, database: Database, statement: str, fault: str) -> None:
    spoilt = "'{'::bytea" if database.place.url else "CAST('{' AS BLOB)"
    database.spoil(statement.format(bytes=spoilt))
    faults = (await verify(store.storage, store.operations, TYPES)).faults
    assert any(fault in each for each in faults), faults


async def test_a_damaged_file_is_found(store: OperatedStore, tmp_path: Path, database: Database) -> None:
    if database.place.data is None:
        assert await store.operations.damage() == []
        return
    folder = tmp_path / "damaged"
    folder.mkdir()
    await copy_file(tmp_path / STORE_FILE, folder / STORE_FILE, table="events")
    content = bytearray((folder / STORE_FILE).read_bytes())
    content[4096 * 2 : 4096 * 5] = b"\x07" * 4096 * 3
    (folder / STORE_FILE).write_bytes(content)
    with pytest.raises(Invalid, match="not a whole backup"):
        await copy_file(folder / STORE_FILE, tmp_path / "another.db", table="events")
    assert not (tmp_path / "another.db").exists()


async def test_lines_carry_events_from_store_to_store(store: OperatedStore, database: Database) -> None:
    async with aclosing(lines(store.storage.feed)) as found:
        exported = [line async for line in found]
    target = memory_storage(RawCodec())
    done = await take_in([*exported[:4], b"\n", *exported[4:]], target.imports)
    assert (done.read, done.written) == (6, 6)
    assert (await take_in(exported, target.imports)).written == 0
    async with aclosing(lines(target.feed)) as again:
        assert [line async for line in again] == exported
    database.spoil("DELETE FROM events")
    assert (await take_in(exported, store.storage.imports)).written == 6
    async with database.typed() as typed:
        assert (await typed.events.read_stream(OTHER, "s"))[0].event == Opened("ä\0\n")


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"id": 1}', b"\xff", b"null"])
async def test_what_is_no_event_is_refused_with_its_line(line: bytes) -> None:
    target = memory_storage(RawCodec())
    with pytest.raises(Invalid, match="line 2 is no event"):
        await take_in([b"\n", line], target.imports)


async def test_a_copy_is_made_while_others_write(tmp_path: Path) -> None:
    file = tmp_path / STORE_FILE
    async with sqlite_storage(file, codec(), durability="NORMAL") as storage:
        for number in range(50):
            await storage.events.append(ACME, f"s{number}", [Opened("x" * 2000)], expected=ANY, origin=ORIGIN)
        copying = asyncio.create_task(copy_file(file, tmp_path / "copy.db", table="events"))
        written = 50
        while not copying.done():
            await storage.events.append(ACME, "more", counted(written), expected=ANY, origin=ORIGIN)
            written += 1
        await copying
        with pytest.raises(Conflict, match="exists already"):
            await copy_file(file, tmp_path / "copy.db", table="events")
    async with sqlite_storage(tmp_path / "copy.db", codec()) as copied:
        events = (await copied.feed.read(limit=1000)).events
        assert 50 <= len(events) <= written
    assert _unfinished(tmp_path) == []


def _unfinished(folder: Path) -> list[Path]:
    return list(folder.glob(".*.new*"))
