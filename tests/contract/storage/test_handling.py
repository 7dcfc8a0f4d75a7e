"""Commands that reach their aggregates, one after the other and all at once."""

import asyncio
from collections.abc import Sequence

import pytest
from storage_samples import ACME, ORIGIN, Counted, numbers_of

from skafu.kernel.errors import Refused
from skafu.kernel.events import Command, Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage import EventStore, Storage, WrongVersion, handle
from skafu.storage.event_store import KeyReused
from skafu.storage.handling import ATTEMPTS, decided


class Count(Command, frozen=True):
    """Count one further, up to a limit; a note is kept once."""

    limit: int = 100
    note: str = ""


class Counter:
    """A decider whose state is the last number and all notes."""

    initial_state: tuple[int, frozenset[str]] = (0, frozenset())

    def decide(self, command: Count, state: tuple[int, frozenset[str]]) -> Sequence[Counted]:
        last, notes = state
        if last >= command.limit:
            raise Refused(f"no further than {command.limit}")
        return [] if command.note in notes else [Counted(last + 1, command.note)]

    def evolve(self, state: tuple[int, frozenset[str]], event: Counted) -> tuple[int, frozenset[str]]:
        return event.number, state[1] | ({event.note} if event.note else set())


class Late(Counter):
    """Counts how often it decides."""

    def __init__(self) -> None:
        self.calls = 0

    def decide(self, command: Count, state: tuple[int, frozenset[str]]) -> Sequence[Counted]:
        self.calls += 1
        return super().decide(command, state)


class Behind:
    """A store that shows nothing of what others have written meanwhile."""

    def __init__(self, store: EventStore) -> None:
        self.append = store.append
        self.first_result = store.first_result

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        del tenant, stream, from_version, limit
        return []


COUNTER = Counter()


async def _count(storage: Storage, command: Count, key: str | None = None) -> object:
    return await handle(storage.events, COUNTER, ACME, "counter", command, origin=ORIGIN, key=key)


async def test_commands_build_on_each_other(storage: Storage) -> None:
    for _ in range(3):
        await _count(storage, Count())
    assert numbers_of(await storage.events.read_stream(ACME, "counter")) == [1, 2, 3]
    with pytest.raises(Refused, match="no further than 3"):
        await _count(storage, Count(limit=3))


async def test_nothing_to_do_writes_nothing(storage: Storage) -> None:
    await _count(storage, Count(note="x"))
    assert await _count(storage, Count(note="x")) is None
    assert len(await storage.events.read_stream(ACME, "counter")) == 1


async def test_a_repeated_command_is_not_decided_again(storage: Storage) -> None:
    first = await _count(storage, Count(limit=1), key="k")
    assert await _count(storage, Count(limit=1), key="k") == await storage.events.first_result(ACME, "k")
    assert first is not None
    assert len(await storage.events.read_stream(ACME, "counter")) == 1


async def test_who_comes_second_decides_anew(storage: Storage) -> None:
    await asyncio.gather(*(_count(storage, Count()) for _ in range(6)))
    assert numbers_of(await storage.events.read_stream(ACME, "counter")) == [1, 2, 3, 4, 5, 6]


async def test_who_is_always_late_gives_up(storage: Storage) -> None:
    late = Late()
    await _count(storage, Count())
    with pytest.raises(WrongVersion):
        await handle(Behind(storage.events), late, ACME, "counter", Count(), origin=ORIGIN)
    assert late.calls == ATTEMPTS


class Hasty:
    """A store in which the same command takes effect elsewhere just before the stream is read."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.append = storage.events.append
        self.first_result = storage.events.first_result
        self._first = True

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        if self._first:
            self._first = False
            await _count(self._storage, Count(limit=1, note="n"), key="k")
        return await self._storage.events.read_stream(tenant, stream, from_version=from_version, limit=limit)


@pytest.mark.parametrize("limit", [1, 2])
async def test_a_command_that_its_own_repetition_leaves_no_room_for_gets_the_first_result(
    storage: Storage, limit: int
) -> None:
    """Be it that a rule now says no, or that there is nothing left to do."""
    command = Count(limit=limit, note="n")
    outcome = await decided(Hasty(storage), COUNTER, ACME, "counter", command, origin=ORIGIN, key="k")
    assert outcome.repeated
    assert (outcome.version, outcome.state[0]) == (1, 1)


async def test_a_repetition_gets_the_first_result_though_the_stream_has_gone_on(storage: Storage) -> None:
    await _count(storage, Count(), key="k")
    await _count(storage, Count())
    outcome = await decided(storage.events, COUNTER, ACME, "counter", Count(), origin=ORIGIN, key="k")
    assert outcome.repeated
    assert (outcome.version, outcome.state[0]) == (1, 1)
    assert len(await storage.events.read_stream(ACME, "counter")) == 2


@pytest.mark.parametrize("command", [Count(), Count(limit=0), Count(note="x")])
async def test_a_key_is_good_for_one_stream(storage: Storage, command: Count) -> None:
    await _count(storage, Count(note="x"))
    await handle(storage.events, COUNTER, ACME, "another", Count(), origin=ORIGIN, key="k")
    with pytest.raises(KeyReused):
        await _count(storage, command, key="k")


async def test_nothing_to_do_with_a_new_key_is_nothing(storage: Storage) -> None:
    await _count(storage, Count(note="x"))
    assert await _count(storage, Count(note="x"), key="k") is None


async def test_a_new_key_costs_no_question(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(storage.events, "first_result", lambda *given: asked.append(given))
    await _count(storage, Count(), key="k")
    assert not asked
