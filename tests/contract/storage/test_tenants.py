"""Nobody reads or writes across tenants, through whatever method and with whatever names."""

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_stores import SealedStore, sealed_store
from storage_engines import ENGINES
from tenant_rooms import ACTS, FOR_ALL, Act, Rooms, methods, rooms

from skafu.kernel.errors import Conflict
from skafu.kernel.identity import TenantId
from skafu.storage import Blobs, Documents, EventStore, Import, ReadModels
from skafu.storage.adapters.folder import FolderBlobs
from skafu.storage.adapters.memory import MemoryBlobs
from skafu.storage.erasure import SubjectKeys

TRICKY = ["a", "b", "ab", "a b", "a.b", "a'", "a%", "A", "ä", "a,b", "..", "*", "a;--", "null", "a/b"]
NAMES = st.sampled_from(TRICKY)
TENANTS = st.sampled_from([TenantId(name) for name in TRICKY])
Acts = list[tuple[str, Act]]


@contextmanager
def _open(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[asyncio.Runner, SealedStore]]:
    with asyncio.Runner() as runner:
        opening = sealed_store(name, folder, lambda: str(request.getfixturevalue("postgres_database")))
        yield runner, runner.run(opening.__aenter__())
        runner.run(opening.__aexit__(None, None, None))


async def _all(at: Rooms, tenant: TenantId, acts: Acts) -> None:
    for name, act in acts:
        with suppress(Conflict):
            await act(at, tenant, name)


@pytest.mark.parametrize("name", ENGINES)
def test_what_one_tenant_does_another_never_notices(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    blobs: Blobs = MemoryBlobs() if name == "memory" else FolderBlobs(tmp_path / "contents")
    acts = st.lists(st.tuples(NAMES, st.sampled_from(ACTS)), max_size=8)
    with _open(name, request, tmp_path) as (runner, store):
        at = rooms(store.storage, blobs, store.keys)

        @settings(max_examples=40, deadline=None)
        @given(mine=TENANTS, theirs=TENANTS, before=acts, after=acts)
        def holds(mine: TenantId, theirs: TenantId, before: Acts, after: Acts) -> None:
            async def story() -> None:
                names = sorted({each for each, _ in before + after})
                await _all(at, theirs, before)
                shown = await at.show(theirs, names)
                await _all(at, mine, after)
                await at.show(mine, names)
                assert mine == theirs or await at.show(theirs, names) == shown

            runner.run(story())

        holds()
        runner.run(_all(at, TenantId("a"), [("a", act) for act in ACTS]))
    ports = (EventStore, Documents, Blobs, ReadModels, Import, SubjectKeys)
    assert at.asked == set().union(*map(methods, ports)) - FOR_ALL


@pytest.mark.parametrize("port", [EventStore, Documents, Blobs])
def test_no_call_without_a_tenant(port: type) -> None:
    functions = inspect.getmembers(port, inspect.isfunction)
    first = {name: list(inspect.signature(method).parameters)[1] for name, method in functions if name[0] != "_"}
    assert first
    assert set(first.values()) == {"tenant"}
