"""The ports of what makes people forgotten: their keys, kept apart from the events, and the log of who was erased."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from skafu.kernel.identity import TenantId


class Subject(msgspec.Struct, frozen=True):
    """A person in the store: an opaque id within a tenant."""

    tenant: TenantId
    id: str


class Erasure(msgspec.Struct, frozen=True):
    """That a person was erased.

    Attributes:
        subject: who it was.
        by: who wanted it.
        at: when.
        rebuild: the projections that held something of theirs, as an older backup of the documents still does.
    """

    subject: Subject
    by: str
    at: datetime
    rebuild: tuple[str, ...] = ()


class SubjectKeys(Protocol):
    """One data key for each subject. Its backups stand apart from those of the events."""

    async def sealing(self, subjects: Collection[Subject], /) -> Mapping[Subject, bytes]:
        """The keys of these subjects, made where there are none yet; those of erased subjects are missing.

        Raises:
            Unavailable: the keys cannot be reached.
        """

    async def opening(self, subjects: Collection[Subject], /) -> Mapping[Subject, bytes]:
        """The keys among these that are there.

        Raises:
            Unavailable: the keys cannot be reached.
        """

    async def erase(self, subjects: Collection[Subject], /) -> None:
        """Destroy keys, for ever: no new ones will be made. To erase twice is the same as once.

        Raises:
            Unavailable: the keys cannot be reached.
        """


class ErasureLog(Protocol):
    """Who was erased. No restore of a backup makes it older."""

    async def record(self, erasure: Erasure, /) -> None:
        """Keep an entry; on return it is on the disk.

        Raises:
            Unavailable: it cannot be written.
        """

    async def entries(self) -> Sequence[Erasure]:
        """All entries, oldest first.

        Raises:
            Unavailable: they cannot be read.
        """


class Cipher(Protocol):
    """Seals bytes with a key, so that they open only together with what they were bound to."""

    def seal(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """The sealed bytes, different each time."""

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """The plain bytes.

        Raises:
            BrokenSeal: the key, the bytes or what they are bound to are not the same.
        """


class BrokenSeal(Exception):
    """Sealed bytes were changed, moved, or sealed with another key."""
