"""Documents in memory."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from skafu.kernel.identity import TenantId, checked_name
from skafu.storage.adapters.bodies import body_bytes, document
from skafu.storage.documents import Body, Collection, Document, Found, Query, WrongRevision
from skafu.storage.indexing import Entry, entries_of, mark_of, stretch_of


class Shelved(msgspec.Struct, frozen=True):
    """A document as it is kept."""

    body: bytes
    revision: int
    entries: tuple[Entry, ...]


Shelf = dict[str, Shelved]


class Shelves:
    """All documents by tenant and physical collection, and which physical collection a name means."""

    def __init__(self) -> None:
        """Start empty."""
        self.shelves: defaultdict[tuple[TenantId, str], Shelf] = defaultdict(dict)
        self.meanings: dict[str, str] = {}

    def named(self, tenant: TenantId, name: str) -> Shelf:
        """The shelf that a collection's name means."""
        return self.shelves[tenant, self.meanings.get(name, name)]


def put(shelf: Shelf, collection: Collection, key: str, body: Body) -> int:
    """Write a document and its entries."""
    content = body_bytes(key, body)
    entries = tuple(entries_of(collection, key, document(key, content, 0).body))
    revision = _revision(shelf, key) + 1
    shelf[key] = Shelved(content, revision, entries)
    return revision


class MemoryDocuments:
    """Fills `Documents`."""

    def __init__(self, shelves: Shelves) -> None:
        """Use these shelves."""
        self._shelves = shelves

    async def get(self, tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents among these keys that exist."""
        shelf = self._shelves.named(tenant, collection.name)
        return {key: _shown(shelf, key) for key in keys if key in shelf}

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        """Write a document whole."""
        checked_name(tenant, "the id of a tenant")
        shelf = self._shelves.named(tenant, collection.name)
        _check(shelf, collection, checked_name(key, "the key of a document"), expected)
        return put(shelf, collection, key, body)

    async def delete(self, tenant: TenantId, collection: Collection, key: str, *, expected: int | None = None) -> None:
        """Remove a document."""
        shelf = self._shelves.named(tenant, collection.name)
        _check(shelf, collection, key, expected)
        shelf.pop(key, None)

    async def find(self, tenant: TenantId, collection: Collection, query: Query) -> Found:
        """A page of the documents that a question is about."""
        shelf = self._shelves.named(tenant, collection.name)
        stretch = stretch_of(collection, query)
        hits = sorted(
            (
                (entry.place, key)
                for key, shelved in shelf.items()
                for entry in shelved.entries
                if entry.index == stretch.index and stretch.low <= entry.place < stretch.high
            ),
            reverse=stretch.descending,
        )
        page = hits[: stretch.limit]
        more = mark_of(query, page[-1][0]) if len(hits) > len(page) else None
        return Found(tuple(_shown(shelf, key) for _, key in page), more)


def _revision(shelf: Shelf, key: str) -> int:
    return shelf[key].revision if key in shelf else 0


def _check(shelf: Shelf, collection: Collection, key: str, expected: int | None) -> None:
    actual = _revision(shelf, key)
    if expected not in (None, actual):
        raise WrongRevision(collection.name, key, expected, actual)


def _shown(shelf: Shelf, key: str) -> Document:
    return document(key, shelf[key].body, shelf[key].revision)
