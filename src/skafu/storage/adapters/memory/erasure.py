"""Keys of subjects and the log of erasures in memory."""

from collections.abc import Collection

from skafu.storage.adapters.aes_gcm import new_key
from skafu.storage.erasure import Erasure, Subject


class MemorySubjectKeys:
    """Fills `SubjectKeys`."""

    def __init__(self) -> None:
        """Start empty."""
        self._keys: dict[Subject, bytes | None] = {}

    async def sealing(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys of these subjects, made where there are none yet."""
        for subject in subjects:
            if subject not in self._keys:
                self._keys[subject] = new_key()
        return await self.opening(subjects)

    async def opening(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys among these that are there."""
        return {subject: key for subject in subjects if (key := self._keys.get(subject)) is not None}

    async def erase(self, subjects: Collection[Subject], /) -> None:
        """Destroy keys."""
        self._keys.update(dict.fromkeys(subjects))


class MemoryErasureLog:
    """Fills `ErasureLog`."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[Erasure] = []

    async def record(self, erasure: Erasure, /) -> None:
        """Keep an entry."""
        self._entries.append(erasure)

    async def entries(self) -> list[Erasure]:
        """All entries."""
        return list(self._entries)
