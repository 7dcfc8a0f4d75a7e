"""All that can be done and found out for one tenant, through every method of every port that takes one."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import uuid4

from storage_samples import ORIGIN, Opened

from skafu.kernel.errors import NotFound
from skafu.kernel.events import START, KnownRecord, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage import (
    ANY,
    BlobId,
    Blobs,
    Change,
    Checkpoints,
    Collection,
    DocumentKey,
    Documents,
    EventStore,
    Import,
    Query,
    ReadModels,
    Storage,
    blob_id,
)
from skafu.storage.erasure import Subject, SubjectKeys

P = TypeVar("P")
LIST = Collection("list", (("owner",), ("labels", "owner")))
QUERIES = (Query(), Query(descending=True), Query(order=("owner",)), Query(where={"labels": "x"}, limit=1))
AT = datetime(2026, 1, 2, tzinfo=UTC)
FOR_ALL = {"ReadModels.swap", "ReadModels.drop"}
"""Methods that change what a name means, for all tenants at once; the runner of projections alone has them."""


def methods(port: type) -> set[str]:
    """The methods of a port."""
    return {f"{port.__name__}.{name}" for name, _ in inspect.getmembers(port, inspect.isfunction) if name[0] != "_"}


class Watched:
    """A port that remembers which of its methods were asked."""

    def __init__(self, port: type, inner: object, asked: set[str]) -> None:
        self._name = port.__name__
        self._inner = inner
        self._asked = asked

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        self._asked.add(f"{self._name}.{name}")
        return getattr(self._inner, name)


@dataclass(frozen=True)
class Rooms:
    """The ports of a store that take a tenant, each watched."""

    events: EventStore
    documents: Documents
    blobs: Blobs
    read_models: ReadModels
    imports: Import
    keys: SubjectKeys
    checkpoints: Checkpoints
    asked: set[str]

    async def show(self, tenant: TenantId, names: list[str]) -> list[object]:
        """All that a tenant can find out; whatever has an owner is the tenant's own."""
        streams = [await self.events.read_stream(tenant, name) for name in names]
        found = [await self.documents.find(tenant, LIST, query) for query in QUERIES]
        got = await self.documents.get(tenant, LIST, names)
        loaded = await self.read_models.load({DocumentKey(tenant, LIST.name, name) for name in names})
        assert {(each.tenant, each.event) for stream in streams for each in stream} <= {(tenant, Opened(tenant))}
        documents = [*(each for page in found for each in page.documents), *got.values(), *loaded.values()]
        assert {each.body["owner"] for each in documents} <= {tenant}
        assert {key.tenant for key in loaded} <= {tenant}
        results = [await self.events.first_result(tenant, name) for name in names]
        keys = await self.keys.opening([Subject(tenant, name) for name in names])
        assert {subject.tenant for subject in keys} <= {tenant}
        return [streams, found, got, loaded, results, keys, [await self._content(tenant, name) for name in names]]

    async def _content(self, tenant: TenantId, name: str) -> tuple[bool, bytes | None]:
        try:
            content = await self.blobs.get(tenant, _blob(name))
        except NotFound:
            content = None
        return await self.blobs.has(tenant, _blob(name)), content


def rooms(storage: Storage, blobs: Blobs, keys: SubjectKeys) -> Rooms:
    """The ports of a store, its contents and its keys."""
    asked: set[str] = set()

    def watched(port: type, inner: P) -> P:
        return cast("P", Watched(port, inner, asked))

    return Rooms(
        watched(EventStore, storage.events),
        watched(Documents, storage.documents),
        watched(Blobs, blobs),
        watched(ReadModels, storage.read_models),
        watched(Import, storage.imports),
        watched(SubjectKeys, keys),
        storage.checkpoints,
        asked,
    )


def _blob(name: str) -> BlobId:
    return blob_id(name.encode())


def _body(tenant: TenantId, name: str) -> dict[str, object]:
    return {"owner": tenant, "labels": ["x", name]}


async def _append(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.events.append(tenant, name, [Opened(tenant)], expected=ANY, origin=ORIGIN, key=name)


async def _append_first(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.events.append(tenant, name, [Opened(tenant)], expected=0, origin=ORIGIN)


async def _take_in(at: Rooms, tenant: TenantId, name: str) -> None:
    record = KnownRecord(uuid4(), tenant, name, 1, START, ORIGIN, AT)
    await at.imports.take([RecordedEvent(Opened(tenant), record)])


async def _put(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.documents.put(tenant, LIST, name, _body(tenant, name))


async def _put_first(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.documents.put(tenant, LIST, name, _body(tenant, name), expected=0)


async def _delete(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.documents.delete(tenant, LIST, name)


async def _project(at: Rooms, tenant: TenantId, name: str) -> None:
    await _save(at, Change(tenant, LIST, name, _body(tenant, name)))


async def _unproject(at: Rooms, tenant: TenantId, name: str) -> None:
    await _save(at, Change(tenant, LIST, name, None))


async def _save(at: Rooms, change: Change) -> None:
    claim = await at.checkpoints.claim("tenants", 0, "me", timedelta(hours=1))
    assert claim is not None
    await at.read_models.save(claim, claim.cursor, [change])


async def _keep(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.blobs.put(tenant, name.encode())


async def _discard(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.blobs.collect(tenant, _blob(name), before=AT)
    await at.blobs.delete(tenant, _blob(name))


async def _seal(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.keys.sealing([Subject(tenant, name)])


async def _erase(at: Rooms, tenant: TenantId, name: str) -> None:
    await at.keys.erase([Subject(tenant, name)])


Act = Callable[[Rooms, TenantId, str], Awaitable[None]]
ACTS: tuple[Act, ...] = (
    _append,
    _append_first,
    _take_in,
    _put,
    _put_first,
    _delete,
    _project,
    _unproject,
    _keep,
    _discard,
    _seal,
    _erase,
)
"""What a tenant can do under a name."""
