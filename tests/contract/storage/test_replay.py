"""History as it was: folded up to a moment, and copied into another store with all that belongs to it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from counting_tally import Tally
from projected_numbers import sums
from sealed_stores import Joined, sealed
from storage_samples import ACME, ORIGIN, OTHER, Counted, Opened, codec, counted, events_of, numbers_of

from skafu.kernel.deciders import fold
from skafu.kernel.errors import Invalid
from skafu.kernel.events import START, Event, RecordedEvent
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.storage import ANY, DocumentKey, Storage, WrongVersion
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.erasure import MemorySubjectKeys
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.erasure import Subject
from skafu.storage.projections import Recorded
from skafu.storage.raw import RawCodec, RawEvent
from skafu.storage.replay import Until, copy, documents_at, state_at

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOMEBODY = Origin(Actor("token", "t-9"), UUID(int=7), UUID(int=8))


@pytest.fixture
async def source() -> Storage:
    """Twelve events of two organisations, a minute apart."""
    moments = count()
    storage = memory_storage(codec(), clock=lambda: NOON + timedelta(minutes=next(moments), microseconds=17))
    for number in range(1, 6):
        await storage.events.append(ACME, f"s{number % 2}", counted(number), expected=ANY, origin=ORIGIN)
        await storage.events.append(OTHER, "s1", [Opened("ä\0")], expected=ANY, origin=SOMEBODY)
    await storage.events.append(ACME, "s1", counted(6, 7), expected=ANY, origin=ORIGIN, key="k")
    return storage


async def _history(storage: Storage) -> list[Recorded]:
    """All events without what is each store's own."""
    page = await storage.feed.read()
    return [each.with_record(position=START) for each in page.events]


async def test_a_copy_is_the_same_but_for_positions(source: Storage, storage: Storage) -> None:
    done = await copy(source.feed, storage.imports)
    assert (done.read, done.written, done.cursor) == (12, 12, await source.feed.tip())
    assert await _history(storage) == await _history(source)
    assert numbers_of(await storage.events.read_stream(ACME, "s1")) == [1, 3, 5, 6, 7]
    back = memory_storage(codec())
    await copy(storage.feed, back.imports)
    assert await _history(back) == await _history(source)


async def test_a_copy_goes_on_where_it_was_interrupted(source: Storage, storage: Storage) -> None:
    middle = (await source.feed.read(limit=5)).cursor
    assert (await copy(source.feed, storage.imports, until=Until(cursor=middle))).written == 5
    assert (await copy(source.feed, storage.imports, until=Until(cursor=START))).read == 0
    again = await copy(source.feed, storage.imports)
    assert (again.read, again.written) == (12, 7)
    assert (await copy(source.feed, storage.imports, after=again.cursor)).read == 0
    assert await _history(storage) == await _history(source)
    await storage.events.append(ACME, "s1", counted(8), expected=5, origin=ORIGIN)
    assert (await copy(source.feed, storage.imports)).written == 0


async def test_a_subscriber_sees_what_is_taken_in(source: Storage, storage: Storage) -> None:
    feed = storage.feed.subscribe()
    await copy(source.feed, storage.imports)
    page = await anext(feed)
    await feed.aclose()
    assert page.events[0].event == Counted(1)


async def test_what_leaves_a_hole_or_has_the_place_of_another_is_refused(source: Storage, storage: Storage) -> None:
    events = (await source.feed.read()).events
    await storage.imports.take(events[:1])
    with pytest.raises(WrongVersion):
        await storage.imports.take([events[1], events[8]])
    foreign = events[0].with_record(event_id=UUID(int=99))
    with pytest.raises(WrongVersion):
        await storage.imports.take([events[1], foreign])
    with pytest.raises(Invalid):
        await storage.imports.take([events[1], events[2].with_record(tenant=TenantId(""))])
    assert len(await _history(storage)) == 1
    assert await storage.imports.take([]) == 0


async def test_a_copy_can_be_transformed(source: Storage, storage: Storage) -> None:
    def anonymous(event: RecordedEvent[Event]) -> RecordedEvent[Event]:
        shown = Opened("somebody") if isinstance(event.event, Opened) else event.event
        return event.with_event(shown).with_record(tenant=TenantId(f"copy of {event.tenant}"))

    await copy(source.feed, storage.imports, transform=anonymous)
    assert events_of(await storage.events.read_stream(TenantId("copy of other"), "s1")) == [Opened("somebody")] * 5


async def test_the_past_is_folded_again(source: Storage) -> None:
    at = NOON + timedelta(minutes=5)
    documents = await documents_at(source.feed, sums(), Until(moment=at))
    assert documents == {
        DocumentKey(ACME, "sums", "s1"): {"total": 4, "count": 2},
        DocumentKey(ACME, "sums", "s0"): {"total": 2, "count": 1},
    }
    place = (await source.feed.read(limit=7)).cursor
    until_place = await documents_at(source.feed, sums(), Until(cursor=place))
    assert until_place[DocumentKey(ACME, "sums", "s0")] == {"total": 6, "count": 2}
    before = await state_at(source.events, Tally(), ACME, "s1", moment=at)
    assert (before.state, before.version) == (fold(Tally(), counted(1, 3)), 2)
    assert (await state_at(source.events, Tally(), ACME, "s1", version=4)).state == fold(Tally(), counted(1, 3, 5, 6))
    assert (await state_at(source.events, Tally(), ACME, "s1")).version == 5


async def test_events_are_copied_as_they_stand_without_their_types(tmp_path: Path) -> None:
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    async with sqlite_storage(one, codec()) as typed:
        await typed.events.append(ACME, "s", [Counted(1), Opened("x")], expected=ANY, origin=ORIGIN)
        history = await _history(typed)
    async with sqlite_storage(one, RawCodec()) as raw, sqlite_storage(two, RawCodec()) as target:
        await copy(raw.feed, target.imports)
        first = (await target.feed.read(limit=1)).events[0].event
        assert first == RawEvent("sample.counted", 1, b'{"number":1,"note":""}')
        with pytest.raises(Invalid, match="stored shape"):
            await target.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)
    async with sqlite_storage(two, codec()) as copied:
        assert await _history(copied) == history


async def test_personal_fields_are_sealed_with_the_keys_of_the_other_store() -> None:
    mine, theirs = MemorySubjectKeys(), MemorySubjectKeys()
    first, second = memory_storage(sealed(mine)), memory_storage(sealed(theirs))
    await first.events.append(ACME, "members", [Joined("u", "u@secret.example")], expected=ANY, origin=ORIGIN)
    await copy(first.feed, second.imports)
    await mine.erase([Subject(ACME, "u")])
    assert events_of(await second.events.read_stream(ACME, "members")) == [Joined("u", "u@secret.example")]
