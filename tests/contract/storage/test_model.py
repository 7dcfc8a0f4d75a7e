"""Each store against a model of plain lists, in stories that Hypothesis makes up."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
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
from psycopg import Connection
from storage_engines import ENGINES, Engine, engine
from storage_samples import ACME, ORIGIN, OTHER, counted, numbers_of

from skafu.kernel.events import START
from skafu.kernel.identity import TenantId
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

T = TypeVar("T")
Slow = Connection[Any]
TENANTS = st.sampled_from([ACME, OTHER])
STREAMS = st.sampled_from(["a", "b", "c"])
KEYS = st.none() | st.sampled_from(["k1", "k2", "k3"])
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


class StoreStory(RuleBasedStateMachine):
    """What is appended, by whom and in what order; each number is used once."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.streams: defaultdict[tuple[TenantId, str], list[int]] = defaultdict(list)
        self.results: dict[tuple[TenantId, str], Appended] = {}
        self.written: set[int] = set()
        self.next = 0
        self.tail: list[int] = []
        self.cursor = START
        self.slow: Slow | None = None
        self.runner = asyncio.Runner()

    @initialize()
    def open(self) -> None:
        self.opening = self.engine.start()
        self.storage = self.runner.run(self.opening.__aenter__())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def numbers(self, many: int) -> list[int]:
        self.next += many
        return list(range(self.next - many, self.next))

    @rule(tenant=TENANTS, stream=STREAMS, many=st.integers(1, 4), wish=WISHES, key=KEYS)
    def append(
        self, tenant: TenantId, stream: str, many: int, wish: Callable[[int], ExpectedVersion], key: str | None
    ) -> None:
        known = self.streams[tenant, stream]
        expected = wish(len(known))
        fits = expected in (ANY, len(known)) or (expected == STREAM_EXISTS and bool(known))
        numbers = self.numbers(many)
        work = self.storage.events.append(tenant, stream, counted(*numbers), expected=expected, origin=ORIGIN, key=key)
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
            self._took(tenant, stream, numbers, key, self.run(work))

    def _took(self, tenant: TenantId, stream: str, numbers: list[int], key: str | None, result: Appended) -> None:
        known = self.streams[tenant, stream]
        known += numbers
        self.written |= set(numbers)
        assert (result.stream, result.version, result.repeated) == (stream, len(known), False)
        if key:
            self.results[tenant, key] = result

    @rule(tenant=TENANTS, streams=st.lists(STREAMS, min_size=2, max_size=6))
    def append_at_once(self, tenant: TenantId, streams: list[str]) -> None:
        numbers = self.numbers(len(streams))

        async def together() -> list[Appended]:
            return await asyncio.gather(
                *(
                    self.storage.events.append(tenant, stream, counted(number), expected=ANY, origin=ORIGIN)
                    for stream, number in zip(streams, numbers, strict=True)
                )
            )

        done = sorted(zip(self.run(together()), numbers, strict=True), key=lambda each: each[0].version)
        for result, number in done:
            self._took(tenant, result.stream, [number], None, result)

    @rule(tenant=TENANTS, stream=STREAMS, first=st.integers(1, 6), limit=st.none() | st.integers(1, 3))
    def load(self, tenant: TenantId, stream: str, first: int, limit: int | None) -> None:
        read = self.run(self.storage.events.read_stream(tenant, stream, from_version=first, limit=limit))
        assert numbers_of(read) == self.streams[tenant, stream][first - 1 :][:limit]

    @rule(limit=st.integers(1, 7))
    def tail_a_page(self, limit: int) -> None:
        page = self.run(self.storage.feed.read(self.cursor, limit=limit))
        self.tail += numbers_of(page.events)
        self.cursor = page.cursor

    @precondition(lambda self: self.engine.foreign is not None and self.slow is None)
    @rule()
    def somebody_begins(self) -> None:
        assert self.engine.foreign is not None
        self.slow = self.engine.foreign()
        self.slow.execute("SELECT pg_current_xact_id()")

    @precondition(lambda self: self.slow is not None)
    @rule(commits=st.booleans())
    def somebody_ends(self, commits: bool) -> None:
        assert self.slow is not None
        if commits:
            self.slow.commit()
        self.slow.close()
        self.slow = None

    @invariant()
    def nothing_comes_twice_or_out_of_nowhere(self) -> None:
        assert len(set(self.tail)) == len(self.tail)
        assert set(self.tail) <= self.written

    def teardown(self) -> None:
        if not hasattr(self, "storage"):
            return
        if self.slow is not None:
            self.slow.close()
        self.run(self._to_the_end())
        self.run(self.opening.__aexit__(None, None, None))
        self.runner.close()

    async def _to_the_end(self) -> None:
        async with asyncio.timeout(20):
            while len(self.tail) < len(self.written):
                page = await self.storage.feed.read(self.cursor)
                self.tail += numbers_of(page.events)
                self.cursor = page.cursor
                await asyncio.sleep(0.001)
        assert sorted(self.tail) == sorted(self.written)
        for numbers in self.streams.values():
            assert [number for number in self.tail if number in set(numbers)] == numbers
        assert await self.storage.feed.read(self.cursor) == Page((), self.cursor)


@pytest.mark.parametrize("name", ENGINES)
def test_stories(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    StoreStory.engine = engine(name, request, tmp_path)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        StoreStory,
        settings=settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
