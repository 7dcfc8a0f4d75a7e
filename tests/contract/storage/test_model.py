"""Each store against a model of plain lists, in stories that Hypothesis makes up."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from foreign_writers import Foreign, InPostgres, InSqlite, Somebody, stream_of_somebody
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sealed_stores import Joined, SealedStore, sealed_store
from storage_engines import ENGINES
from storage_samples import ACME, ORIGIN, OTHER, Counted, events_of

from skafu.kernel.event_types import UnknownEvent
from skafu.kernel.events import START, Event
from skafu.kernel.identity import TenantId
from skafu.kernel.personal import ERASED
from skafu.storage import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    Appended,
    ExpectedVersion,
    KeyReused,
    Page,
    WrongVersion,
)
from skafu.storage.erasure import Subject

T = TypeVar("T")
TENANTS = st.sampled_from([ACME, OTHER])
STREAMS = st.sampled_from(["a", "b", "c"])
KEYS = st.none() | st.sampled_from(["k1", "k2", "k3"])
PEOPLE = st.sampled_from(["ada", "bob"])
WISHES: st.SearchStrategy[Callable[[int], ExpectedVersion]] = st.sampled_from(
    [
        lambda _: NO_STREAM,
        lambda _: STREAM_EXISTS,
        lambda _: ANY,
        lambda version: version,
        lambda version: version + 2,
        lambda version: max(version - 1, 0),
    ]
)


class Unregistered(Event, frozen=True):
    """No store knows it."""


@dataclass(frozen=True)
class Engine:
    """How to open an empty store, and how somebody else gets into the database of the last one."""

    start: Callable[[], AbstractAsyncContextManager[SealedStore]]
    foreign: Foreign | None


def _number(event: Event) -> int:
    return event.number if isinstance(event, Counted) else int(event.plan) if isinstance(event, Joined) else -1


class StoreStory(RuleBasedStateMachine):
    """What is appended, by whom, about whom and in what order; each number is used once."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.streams: defaultdict[tuple[TenantId, str], list[Event]] = defaultdict(list)
        self.results: dict[tuple[TenantId, str], Appended] = {}
        self.erased: set[Subject] = set()
        self.written: set[int] = set()
        self.next = 0
        self.tail: list[int] = []
        self.cursor = START
        self.slow: tuple[int, Somebody] | None = None
        self.runner = asyncio.Runner()

    @initialize()
    def open(self) -> None:
        self.opening = self.engine.start()
        self.store = self.runner.run(self.opening.__aenter__())
        self.storage = self.store.storage

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def events(self, many: int, person: str | None = None) -> list[Event]:
        self.next += many
        numbers = range(self.next - many, self.next)
        if person is None:
            return [Counted(number) for number in numbers]
        return [Joined(person, f"{number}@secret", number, str(number)) for number in numbers]

    def shown(self, tenant: TenantId, events: list[Event]) -> list[Event]:
        """Events as they read today."""
        return [
            msgspec.structs.replace(each, mail=ERASED, born=0)
            if isinstance(each, Joined) and Subject(tenant, each.user) in self.erased
            else each
            for each in events
        ]

    @rule(tenant=TENANTS, stream=STREAMS, many=st.integers(1, 4), wish=WISHES, key=KEYS, person=st.none() | PEOPLE)
    def append(
        self,
        tenant: TenantId,
        stream: str,
        many: int,
        wish: Callable[[int], ExpectedVersion],
        key: str | None,
        person: str | None,
    ) -> None:
        known = self.streams[tenant, stream]
        expected = wish(len(known))
        fits = expected in (ANY, len(known)) or (expected == STREAM_EXISTS and bool(known))
        events = self.events(many, person)
        work = self.storage.events.append(tenant, stream, events, expected=expected, origin=ORIGIN, key=key)
        first = self.results.get((tenant, key)) if key else None
        if first is not None and first.stream != stream:
            with pytest.raises(KeyReused):
                self.run(work)
        elif first is not None:
            assert self.run(work) == Appended(first.stream, first.version, first.position, repeated=True)
        elif not fits:
            with pytest.raises(WrongVersion) as caught:
                self.run(work)
            assert caught.value.actual == len(known)
        else:
            self._took(tenant, stream, events, key, self.run(work))

    def _took(self, tenant: TenantId, stream: str, events: list[Event], key: str | None, result: Appended) -> None:
        known = self.streams[tenant, stream]
        known += events
        self.written |= {_number(each) for each in events}
        assert (result.stream, result.version, result.repeated) == (stream, len(known), False)
        if key:
            self.results[tenant, key] = result

    @rule(tenant=TENANTS, streams=st.lists(STREAMS, min_size=2, max_size=6))
    def append_at_once(self, tenant: TenantId, streams: list[str]) -> None:
        events = self.events(len(streams))

        async def together() -> list[Appended]:
            return await asyncio.gather(
                *(
                    self.storage.events.append(tenant, stream, [event], expected=ANY, origin=ORIGIN)
                    for stream, event in zip(streams, events, strict=True)
                )
            )

        done = sorted(zip(self.run(together()), events, strict=True), key=lambda each: each[0].version)
        for result, event in done:
            self._took(tenant, result.stream, [event], None, result)

    @rule(tenant=TENANTS, stream=STREAMS, key=KEYS)
    def append_what_cannot_be_written(self, tenant: TenantId, stream: str, key: str | None) -> None:
        events = [*self.events(1), Unregistered()]
        with pytest.raises(UnknownEvent):
            self.run(self.storage.events.append(tenant, stream, events, expected=ANY, origin=ORIGIN, key=key))

    @precondition(lambda self: self.written)
    @rule(source=TENANTS, stream=STREAMS)
    def take_in_what_has_a_hole(self, source: TenantId, stream: str) -> None:
        """The first event fits and the second does not: neither stays."""
        read = self.run(self.storage.events.read_stream(source, stream, limit=1))
        new = [each.with_record(stream="taken in", version=version) for each in read for version in (1, 3)]
        if new:
            with pytest.raises(WrongVersion):
                self.run(self.storage.imports.take(new))
        assert self.run(self.storage.events.read_stream(source, "taken in")) == []

    @rule(tenant=TENANTS, stream=STREAMS, first=st.integers(1, 6), limit=st.none() | st.integers(1, 3))
    def load(self, tenant: TenantId, stream: str, first: int, limit: int | None) -> None:
        read = self.run(self.storage.events.read_stream(tenant, stream, from_version=first, limit=limit))
        assert events_of(read) == self.shown(tenant, self.streams[tenant, stream][first - 1 :][:limit])

    @rule(limit=st.integers(1, 7))
    def tail_a_page(self, limit: int) -> None:
        self._see(self.run(self.storage.feed.read(self.cursor, limit=limit)))

    def _see(self, page: Page) -> None:
        for each in page.events:
            known = self.streams[each.tenant, each.stream]
            assert [each.event] == self.shown(each.tenant, known[each.version - 1 : each.version])
            self.tail.append(_number(each.event))
        self.cursor = page.cursor

    @rule(tenant=TENANTS, person=PEOPLE)
    def erase(self, tenant: TenantId, person: str) -> None:
        subject = Subject(tenant, person)
        self.run(self.store.eraser.erase(subject, by="ann"))
        self.erased.add(subject)

    @precondition(lambda self: self.engine.foreign is not None and self.slow is None)
    @rule()
    def somebody_begins(self) -> None:
        assert self.engine.foreign is not None
        (event,) = self.events(1)
        self.slow = (_number(event), self.engine.foreign(_number(event)))

    @precondition(lambda self: self.slow is not None)
    @rule(commits=st.booleans())
    def somebody_ends(self, commits: bool) -> None:
        assert self.slow is not None
        number, somebody = self.slow
        if commits:
            self.streams[OTHER, stream_of_somebody(number)] = [Counted(number)]
            self.written.add(number)
        somebody.end(commits=commits)
        self.slow = None

    @invariant()
    def nothing_comes_twice_or_out_of_nowhere(self) -> None:
        assert len(set(self.tail)) == len(self.tail)
        assert set(self.tail) <= self.written

    def teardown(self) -> None:
        if not hasattr(self, "storage"):
            return
        if self.slow is not None:
            self.slow[1].end(commits=False)
        self.run(self._to_the_end())
        self.run(self.opening.__aexit__(None, None, None))
        self.runner.close()

    async def _to_the_end(self) -> None:
        async with asyncio.timeout(20):
            while len(self.tail) < len(self.written):
                self._see(await self.storage.feed.read(self.cursor))
                await asyncio.sleep(0.001)
        assert sorted(self.tail) == sorted(self.written)
        for (tenant, stream), events in self.streams.items():
            numbers = [_number(each) for each in events]
            assert [number for number in self.tail if number in set(numbers)] == numbers
            assert events_of(await self.storage.events.read_stream(tenant, stream)) == self.shown(tenant, events)
        assert await self.storage.feed.read(self.cursor) == Page((), self.cursor)


def _engine(name: str, request: pytest.FixtureRequest, folder: Path) -> Engine:
    if name == "postgres":
        address = str(request.getfixturevalue("postgres_database"))
        return Engine(lambda: sealed_store(name, folder, lambda: address), partial(InPostgres, address))
    folders = (folder / str(number) for number in count())
    last = [folder]

    def start() -> AbstractAsyncContextManager[SealedStore]:
        last[0] = next(folders)
        last[0].mkdir()
        return sealed_store(name, last[0], str)

    return Engine(start, (lambda number: InSqlite(last[0] / "events.db", number)) if name == "sqlite" else None)


@pytest.mark.parametrize("name", ENGINES)
def test_stories(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    StoreStory.engine = _engine(name, request, tmp_path)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        StoreStory,
        settings=settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
