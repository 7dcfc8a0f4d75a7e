"""A folder that is backed up while others write, and restored while somebody has a cursor."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from projected_numbers import sums, totals, worker_of
from sealed_stores import PEOPLE, Joined, people_worker, sealed
from sqlalchemy.pool import StaticPool
from storage_samples import ACME, ORIGIN, codec, counted, numbers_of

from skafu.kernel.events import START, Cursor
from skafu.kernel.personal import ERASED
from skafu.storage import ANY, NO_STREAM, Storage, UnknownCursor
from skafu.storage.adapters.sql.migrate import upgrade
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys
from skafu.storage.codec import origin_bytes
from skafu.storage.erasure import Reapplied, Subject
from skafu.storage.projections import Builds
from skafu.store_bootstrap import KEYS_FILE, STORE_FILE, StorePlace, back_up, operated_eraser, restore


async def _append(storage: Storage, stream: str, *numbers: int) -> Cursor:
    events, key = counted(*numbers), f"{stream}-{numbers[0]}"
    return (await storage.events.append(ACME, stream, events, expected=ANY, origin=ORIGIN, key=key)).position


async def _after(storage: Storage, cursor: Cursor) -> list[int]:
    return numbers_of((await storage.feed.read(cursor, limit=10_000)).events)


@pytest.mark.parametrize("replaced", [True, False], ids=["over the old one", "into a new folder"])
async def test_a_cursor_and_a_projection_go_on_in_the_restored_store(tmp_path: Path, *, replaced: bool) -> None:
    folder, backup = tmp_path / "store", tmp_path / "backup.db"
    folder.mkdir()
    async with sqlite_storage(folder / STORE_FILE, codec()) as storage:
        for number in range(0, 30, 3):
            await _append(storage, f"s{number % 2}", number, number + 1, number + 2)
            if number == 12:
                await worker_of(storage, sums()).catch_up()
        cursor = (await storage.feed.read(limit=10)).cursor
        writing = asyncio.create_task(_write_on(storage))
        await back_up(StorePlace(folder), backup, keys=False)
        last = await writing
    place = StorePlace(folder if replaced else tmp_path / "other")
    await restore(place, backup, keys=False, replace=replaced)
    assert place.data is not None
    async with sqlite_storage(place.data / STORE_FILE, codec()) as restored:
        kept = await _after(restored, START)
        assert kept == list(range(len(kept)))
        assert 30 <= len(kept) <= last + 1
        assert await _after(restored, cursor) == kept[10:]
        tip = await restored.feed.tip()
        again = await restored.events.append(
            ACME, "s0", counted(0, 1, 2), expected=NO_STREAM, origin=ORIGIN, key="s0-0"
        )
        assert again.repeated
        await _append(restored, "new", 200, 201)
        assert await _after(restored, tip) == [200, 201]
        await worker_of(restored, sums()).catch_up()
        numbers = numbers_of(await restored.events.read_stream(ACME, "s0"))
        assert await totals(restored, "s0", "new") == [sum(numbers), 401]


async def _write_on(storage: Storage) -> int:
    for number in range(30, 80):
        await _append(storage, "more", number)
    return 79


async def test_a_cursor_that_is_ahead_of_an_older_backup_is_refused_for_ever(tmp_path: Path) -> None:
    place, backup = StorePlace(tmp_path), tmp_path / "backup.db"
    async with sqlite_storage(tmp_path / STORE_FILE, codec()) as storage:
        inside = await _append(storage, "s", 1, 2)
        await back_up(place, backup, keys=False)
        ahead = [await _append(storage, "s", 3, 4, 5)]
    for _ in range(3):
        await restore(place, backup, keys=False, replace=True)
        async with sqlite_storage(tmp_path / STORE_FILE, codec()) as restored:
            for number in (6, 7, 8, 9):
                await _refused(restored, *ahead)
                last = await _append(restored, f"n{number}", number)
                assert last == await restored.feed.tip()
            assert await _after(restored, inside) == [6, 7, 8, 9]
            assert await _after(restored, START) == [1, 2, 6, 7, 8, 9]
            places = [event.position for event in (await restored.feed.read()).events]
            assert [await _after(restored, each) for each in places[-3:]] == [[8, 9], [9], []]
            assert (await restored.feed.lag(places[-3])).events == 2
            assert len(set(places)) == 6
            assert (await restored.events.read_stream(ACME, "n9"))[0].position == places[-1]
            ahead += places[2:]


async def _refused(storage: Storage, *cursors: Cursor) -> None:
    for cursor in cursors:
        with pytest.raises(UnknownCursor, match="not of this store"):
            await storage.feed.read(cursor)
        with pytest.raises(UnknownCursor, match="not of this store"):
            await storage.feed.lag(cursor)


async def test_a_checkpoint_whose_place_was_lost_is_refused_and_all_others_go_on(tmp_path: Path) -> None:
    place, backup = StorePlace(tmp_path), tmp_path / "backup.db"
    async with sqlite_storage(tmp_path / STORE_FILE, codec()) as storage:
        await _append(storage, "s", 1, 2)
        await worker_of(storage, sums()).catch_up()
        await back_up(place, backup, keys=False)
        ahead = await _append(storage, "s", 3)
    await restore(place, backup, keys=False, replace=True)
    async with sqlite_storage(tmp_path / STORE_FILE, codec()) as restored:
        await restored.checkpoints.claim("copied from elsewhere", 0, "w", timedelta(seconds=9), start=ahead)
        await _append(restored, "s", 10, 20)
        await worker_of(restored, sums()).catch_up()
        assert await totals(restored, "s") == [33]
        first, _ = await restored.checkpoints.states()
        with pytest.raises(UnknownCursor):
            await restored.feed.read(first.cursor)
    await restore(place, backup, keys=False, replace=True)
    async with sqlite_storage(tmp_path / STORE_FILE, codec()) as again:
        await _append(again, "s", 100)
        await worker_of(again, sums()).catch_up()
        assert await totals(again, "s") == [103]


async def test_checkpoints_of_a_file_of_the_first_schema_go_on(tmp_path: Path) -> None:
    file, backup = tmp_path / STORE_FILE, tmp_path / "backup.db"
    _made_by_the_first_version(file)
    async with sqlite_storage(file, codec()) as storage:
        await worker_of(storage, sums()).catch_up()
        assert await totals(storage, "s") == [2]
        assert await _append(storage, "s", 5) == Cursor("3")
    _made_by_the_first_version(backup)
    await restore(StorePlace(tmp_path), backup, keys=False, replace=True)
    async with sqlite_storage(file, codec()) as restored:
        await _append(restored, "s", 7)
        await worker_of(restored, sums()).catch_up()
        assert await totals(restored, "s") == [9]
        await _refused(restored, Cursor("3"))


def _made_by_the_first_version(file: Path) -> None:
    """Two events, 1 and 2, of which a projection has seen the first without a document for it."""
    with closing(sqlite3.connect(file)) as connection:
        engine = sa.create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        with engine.begin() as wrapped:
            upgrade(wrapped, "0001")
        for version in (1, 2):
            row = (version, str(ACME), "s", version, uuid4().bytes, "sample.counted", 1, b'{"number":%d}' % version)
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", (*row, origin_bytes(ORIGIN)))
        connection.execute("INSERT INTO checkpoints VALUES ('sums', 0, '1', '', 1, 0)")
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")


async def _opened(stack: AsyncExitStack, folder: Path) -> Storage:
    """The store of a folder, with the keys of its people."""
    keys = await stack.enter_async_context(sqlite_subject_keys(folder / KEYS_FILE))
    return await stack.enter_async_context(sqlite_storage(folder / STORE_FILE, sealed(keys)))


async def test_who_was_erased_since_is_gone_from_the_read_models_of_a_backup(tmp_path: Path) -> None:
    place, backup = StorePlace(tmp_path), tmp_path / "backup.db"
    async with AsyncExitStack() as stack:
        storage = await _opened(stack, tmp_path)
        for each in (Joined("u-ada", "ada@secret.example"), Joined("u-bob", "bob@secret.example")):
            await storage.events.append(ACME, each.user, [each], expected=NO_STREAM, origin=ORIGIN)
        await people_worker(storage).catch_up()
    await back_up(place, backup, keys=False)
    async with operated_eraser(place) as eraser:
        await eraser.erase(Subject(ACME, "u-ada"), by="ann", rebuild=["people"])
    assert b"ada@secret" in backup.read_bytes()
    assert await restore(place, backup, keys=False, replace=True) == Reapplied(1, rebuilding=("people",))
    async with AsyncExitStack() as stack:
        storage = await _opened(stack, tmp_path)
        build, _ = await Builds(storage.documents).read("people")
        while build.current == 1 or build.retired:
            await people_worker(storage).catch_up()
            build, _ = await Builds(storage.documents).read("people")
        found = await storage.documents.get(ACME, PEOPLE, ["u-ada", "u-bob"])
        assert [found[key].body["mail"] for key in ("u-ada", "u-bob")] == [ERASED, "bob@secret.example"]
    assert b"ada@secret" not in _left_behind(tmp_path)


def _left_behind(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob(f"{STORE_FILE}*"))
