"""Nobody reads or writes across tenants, through whatever method and with whatever names."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_engines import ENGINES, engine
from storage_samples import ORIGIN, Opened

from skafu.kernel.errors import Conflict
from skafu.kernel.identity import TenantId
from skafu.storage import ANY, BlobId, Blobs, Collection, Query, Storage, blob_id
from skafu.storage.adapters.folder import FolderBlobs

LIST = Collection("list", (("owner",), ("labels", "owner")))
TRICKY = ["a", "b", "ab", "a b", "a.b", "a'", "a%", "A", "ä", "a,b", "..", "*", "a;--", "null", "a/b"]
NAMES = st.sampled_from(TRICKY)
TENANTS = st.sampled_from([TenantId(name) for name in TRICKY])
Acts = list[tuple[str, int]]
QUERIES = (Query(), Query(descending=True), Query(order=("owner",)), Query(where={"labels": "x"}, limit=1))


async def _act(storage: Storage, blobs: Blobs, tenant: TenantId, name: str, act: int) -> None:
    body = {"owner": tenant, "labels": ["x", name]}
    match act:
        case 0:
            await storage.events.append(tenant, name, [Opened(tenant)], expected=ANY, origin=ORIGIN, key=name)
        case 1:
            await storage.events.append(tenant, name, [Opened(tenant)], expected=0, origin=ORIGIN)
        case 2:
            await storage.documents.put(tenant, LIST, name, body)
        case 3:
            await storage.documents.put(tenant, LIST, name, body, expected=0)
        case 4:
            await storage.documents.delete(tenant, LIST, name)
        case 5:
            await blobs.put(tenant, name.encode())
        case _:
            await blobs.delete(tenant, await blobs.put(tenant, name.encode()))


async def _shown(storage: Storage, blobs: Blobs, tenant: TenantId, names: list[str]) -> list[object]:
    """All that a tenant can find out, every method asked; whatever has an owner is the tenant's own."""
    streams = [await storage.events.read_stream(tenant, name) for name in names]
    found = [await storage.documents.find(tenant, LIST, query) for query in QUERIES]
    got = await storage.documents.get(tenant, LIST, names)
    assert {each.tenant for stream in streams for each in stream} <= {tenant}
    assert {each.event for stream in streams for each in stream} <= {Opened(tenant)}
    assert {each.body["owner"] for page in found for each in page.documents} <= {tenant}
    assert {each.body["owner"] for each in got.values()} <= {tenant}
    results = [await storage.events.first_result(tenant, name) for name in names]
    return [streams, found, got, results, [await blobs.has(tenant, _blob(name)) for name in names]]


def _blob(name: str) -> BlobId:
    return blob_id(name.encode())


@contextmanager
def _open(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[asyncio.Runner, Storage]]:
    with asyncio.Runner() as runner:
        opening = engine(name, request, folder).start()
        yield runner, runner.run(opening.__aenter__())
        runner.run(opening.__aexit__(None, None, None))


@pytest.mark.parametrize("name", ENGINES)
def test_what_one_tenant_does_another_never_notices(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "contents")
    acts = st.lists(st.tuples(NAMES, st.integers(0, 6)), max_size=6)
    with _open(name, request, tmp_path) as (runner, storage):

        @settings(max_examples=30, deadline=None)
        @given(mine=TENANTS, theirs=TENANTS, before=acts, after=acts)
        def holds(mine: TenantId, theirs: TenantId, before: Acts, after: Acts) -> None:
            async def story() -> None:
                names = sorted({each for each, _ in before + after})
                await _all(theirs, before)
                shown = await _shown(storage, blobs, theirs, names)
                await _all(mine, after)
                await _shown(storage, blobs, mine, names)
                assert mine == theirs or await _shown(storage, blobs, theirs, names) == shown

            runner.run(story())

        async def _all(tenant: TenantId, acts: Acts) -> None:
            for each, act in acts:
                with suppress(Conflict):
                    await _act(storage, blobs, tenant, each, act)

        holds()
