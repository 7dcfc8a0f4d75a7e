"""What every event store does."""

import asyncio
from uuid import UUID

import pytest
from storage_samples import ACME, ORIGIN, OTHER, Counted, Opened, counted, events_of, numbers_of

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import UnknownEvent
from skafu.kernel.events import Event
from skafu.kernel.identity import TenantId
from skafu.storage import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    Appended,
    ExpectedVersion,
    KeyReused,
    Storage,
    WrongVersion,
)


async def test_what_was_appended_is_read(storage: Storage) -> None:
    done = await storage.events.append(ACME, "s-1", [Opened("one"), Counted(2)], expected=NO_STREAM, origin=ORIGIN)
    assert (done.stream, done.version, done.repeated) == ("s-1", 2, False)
    first, second = await storage.events.read_stream(ACME, "s-1")
    assert [first.event, second.event] == [Opened("one"), Counted(2)]
    assert [first.version, second.version] == [1, 2]
    assert (first.tenant, first.stream, first.actor) == (ACME, "s-1", ORIGIN.actor)
    assert (first.correlation_id, first.causation_id) == (UUID(int=1), UUID(int=2))
    assert first.event_id != second.event_id
    assert second.position == done.position
    assert first.recorded_at.tzinfo is not None


async def test_a_stream_that_nobody_wrote_is_empty(storage: Storage) -> None:
    assert await storage.events.read_stream(ACME, "none") == []


@pytest.mark.parametrize("version", [2**31, 2**63 - 1, 2**63, 2**70])
async def test_a_version_that_no_stream_reaches_harms_nobody_else(storage: Storage, version: int) -> None:
    astray = storage.events.append(ACME, "s", counted(1), expected=version, origin=ORIGIN)
    other = storage.events.append(ACME, "t", counted(2), expected=NO_STREAM, origin=ORIGIN)
    refused, done, again = await asyncio.gather(
        astray,
        other,
        storage.events.append(ACME, "u", counted(3), expected=NO_STREAM, origin=ORIGIN),
        return_exceptions=True,
    )
    assert isinstance(refused, WrongVersion)
    assert isinstance(done, Appended)
    assert isinstance(again, Appended)
    assert await storage.events.read_stream(ACME, "t", from_version=version) == []
    with pytest.raises(WrongVersion):
        await storage.events.append(ACME, "s", counted(1), expected=version, origin=ORIGIN)
    await storage.events.append(ACME, "s", counted(1), expected=NO_STREAM, origin=ORIGIN)


async def test_a_stream_is_read_from_a_version(storage: Storage) -> None:
    await storage.events.append(ACME, "s", counted(*range(1, 11)), expected=NO_STREAM, origin=ORIGIN)
    assert numbers_of(await storage.events.read_stream(ACME, "s", from_version=4)) == [4, 5, 6, 7, 8, 9, 10]
    assert numbers_of(await storage.events.read_stream(ACME, "s", from_version=4, limit=2)) == [4, 5]
    assert await storage.events.read_stream(ACME, "s", from_version=11) == []


@pytest.mark.parametrize(
    ("there", "expected", "fits"),
    [
        (0, NO_STREAM, True),
        (2, NO_STREAM, False),
        (0, STREAM_EXISTS, False),
        (2, STREAM_EXISTS, True),
        (0, ANY, True),
        (2, ANY, True),
        (2, 2, True),
        (2, 1, False),
        (2, 3, False),
        (0, 1, False),
    ],
)
async def test_expected_versions(storage: Storage, there: int, expected: ExpectedVersion, fits: bool) -> None:
    if there:
        await storage.events.append(ACME, "s", counted(1, 2), expected=NO_STREAM, origin=ORIGIN)
    if fits:
        done = await storage.events.append(ACME, "s", counted(8, 9), expected=expected, origin=ORIGIN)
        assert done.version == there + 2
    else:
        with pytest.raises(WrongVersion) as caught:
            await storage.events.append(ACME, "s", counted(8, 9), expected=expected, origin=ORIGIN)
        assert (caught.value.expected, caught.value.actual) == (expected, there)
    read = await storage.events.read_stream(ACME, "s")
    assert [each.version for each in read] == list(range(1, there + 1 + 2 * fits))


@pytest.mark.parametrize(
    ("stream", "events", "expected"),
    [("s", [], NO_STREAM), ("", counted(1), NO_STREAM), ("s\n", counted(1), NO_STREAM), ("s", counted(1), -3)],
)
async def test_what_no_store_takes(storage: Storage, stream: str, events: list[Event], expected: int) -> None:
    with pytest.raises(Invalid):
        await storage.events.append(ACME, stream, events, expected=expected, origin=ORIGIN)
    with pytest.raises(Invalid):
        await storage.events.append(TenantId(""), "s", counted(1), expected=ANY, origin=ORIGIN)


async def test_an_unregistered_event_writes_nothing(storage: Storage) -> None:
    class Stray(Event, frozen=True):
        pass

    with pytest.raises(UnknownEvent):
        await storage.events.append(ACME, "s", [Counted(1), Stray()], expected=ANY, origin=ORIGIN)
    assert await storage.events.read_stream(ACME, "s") == []


async def test_the_same_key_returns_the_first_result(storage: Storage) -> None:
    first = await storage.events.append(ACME, "s", counted(1), expected=NO_STREAM, origin=ORIGIN, key="k")
    await storage.events.append(ACME, "s", counted(2), expected=1, origin=ORIGIN)
    for expected in (NO_STREAM, 2, ANY, 77):
        again = await storage.events.append(ACME, "s", counted(1), expected=expected, origin=ORIGIN, key="k")
        assert again == Appended("s", first.version, first.position, repeated=True)
    assert numbers_of(await storage.events.read_stream(ACME, "s")) == [1, 2]


async def test_a_key_belongs_to_a_tenant_and_a_stream(storage: Storage) -> None:
    await storage.events.append(ACME, "s", counted(1), expected=NO_STREAM, origin=ORIGIN, key="k")
    with pytest.raises(KeyReused):
        await storage.events.append(ACME, "t", counted(1), expected=NO_STREAM, origin=ORIGIN, key="k")
    other = await storage.events.append(OTHER, "t", counted(1), expected=NO_STREAM, origin=ORIGIN, key="k")
    assert not other.repeated
    found = await storage.events.first_result(ACME, "k")
    assert found is not None
    assert (found.stream, found.version) == ("s", 1)
    assert await storage.events.first_result(ACME, "unknown") is None


async def test_a_refused_append_leaves_its_key_free(storage: Storage) -> None:
    with pytest.raises(WrongVersion):
        await storage.events.append(ACME, "s", counted(1), expected=5, origin=ORIGIN, key="k")
    assert await storage.events.first_result(ACME, "k") is None
    assert not (await storage.events.append(ACME, "s", counted(1), expected=0, origin=ORIGIN, key="k")).repeated


async def test_of_many_who_expect_the_same_one_wins(storage: Storage) -> None:
    attempts = (storage.events.append(ACME, "s", counted(n, n), expected=NO_STREAM, origin=ORIGIN) for n in range(20))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    won = [each for each in results if isinstance(each, Appended)]
    lost = [each for each in results if isinstance(each, WrongVersion)]
    assert (len(won), len(lost)) == (1, 19)
    assert len(await storage.events.read_stream(ACME, "s")) == 2


async def test_many_who_expect_nothing_all_win(storage: Storage) -> None:
    attempts = (storage.events.append(ACME, "s", counted(n), expected=ANY, origin=ORIGIN) for n in range(30))
    results = await asyncio.gather(*attempts)
    assert sorted(each.version for each in results) == list(range(1, 31))
    read = await storage.events.read_stream(ACME, "s")
    assert [each.version for each in read] == list(range(1, 31))
    assert sorted(numbers_of(read)) == list(range(30))


async def test_one_key_at_the_same_time_writes_once(storage: Storage) -> None:
    attempts = (storage.events.append(ACME, "s", counted(n), expected=ANY, origin=ORIGIN, key="k") for n in range(20))
    results = await asyncio.gather(*attempts)
    assert [each.repeated for each in results].count(False) == 1
    assert {(each.version, each.position) for each in results} == {(1, results[0].position)}
    assert len(await storage.events.read_stream(ACME, "s")) == 1


async def test_a_conflict_spoils_nobody_elses_append(storage: Storage) -> None:
    await storage.events.append(ACME, "taken", counted(1), expected=NO_STREAM, origin=ORIGIN)
    streams = [f"s-{n}" if n % 3 else "taken" for n in range(30)]
    attempts = (
        storage.events.append(ACME, stream, counted(n), expected=NO_STREAM, origin=ORIGIN)
        for n, stream in enumerate(streams)
    )
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [isinstance(each, WrongVersion) for each in results] == [stream == "taken" for stream in streams]
    for number, stream in enumerate(streams):
        if stream != "taken":
            assert numbers_of(await storage.events.read_stream(ACME, stream)) == [number]


async def test_texts_come_back_as_they_were(storage: Storage) -> None:
    names = ["", "\0", "é 漢字 🎈", "'; DROP TABLE events; --", "x" * 100_000]
    await storage.events.append(ACME, "träger-1", [Opened(name) for name in names], expected=ANY, origin=ORIGIN)
    assert events_of(await storage.events.read_stream(ACME, "träger-1")) == [Opened(name) for name in names]
