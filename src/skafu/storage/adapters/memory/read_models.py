"""Folds and their checkpoints in memory."""

from collections.abc import Collection as SizedSet
from collections.abc import Sequence

from skafu.kernel.errors import Conflict
from skafu.kernel.events import Cursor
from skafu.storage.adapters.bodies import body_bytes, document
from skafu.storage.adapters.memory.checkpoints import MemoryCheckpoints
from skafu.storage.adapters.memory.documents import Shelves, put
from skafu.storage.checkpoints import Change, Claim, DocumentKey
from skafu.storage.documents import Document
from skafu.storage.indexing import entries_of


class MemoryReadModels:
    """Fills `ReadModels`."""

    def __init__(self, shelves: Shelves, checkpoints: MemoryCheckpoints) -> None:
        """Write to these."""
        self._shelves = shelves
        self._checkpoints = checkpoints

    async def load(self, keys: SizedSet[DocumentKey]) -> dict[DocumentKey, Document]:
        """The documents among these keys that exist."""
        found = {}
        for key in keys:
            shelved = self._shelves.shelves[key.tenant, key.collection].get(key.key)
            if shelved is not None:
                found[key] = document(key.key, shelved.body, shelved.revision)
        return found

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        """Write changes and move the checkpoint on."""
        for change in changes:
            if change.body is not None:
                body_bytes(change.key, change.body)
                entries_of(change.collection, change.key, change.body)
        moved = self._checkpoints.move(claim, cursor)
        for change in changes:
            shelf = self._shelves.shelves[change.tenant, change.collection.name]
            if change.body is None:
                shelf.pop(change.key, None)
            else:
                put(shelf, change.collection, change.key, change.body)
        return moved

    async def swap(self, name: str, physical: str) -> str:
        """Let a collection's name mean another physical collection."""
        before = self._shelves.meanings.get(name, name)
        self._shelves.meanings[name] = physical
        return before

    async def drop(self, physical: str) -> int:
        """Remove a physical collection that no name means."""
        if physical in self._shelves.meanings.values():
            raise Conflict(f"collection {physical!r} is in use", fix="swap its name to another one first")
        gone = [place for place in self._shelves.shelves if place[1] == physical]
        return sum(len(self._shelves.shelves.pop(place)) for place in gone)
