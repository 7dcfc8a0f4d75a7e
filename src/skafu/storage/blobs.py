"""The port for contents of any size, named by what they hold."""

from datetime import datetime
from typing import NewType, Protocol

from skafu.kernel.identity import TenantId

BlobId = NewType("BlobId", str)
"""The SHA-256 of a content, in hexadecimal."""


def blob_id(content: bytes) -> BlobId:
    """The name of a content."""
    import hashlib  # brings OpenSSL, which few who know this port need

    return BlobId(hashlib.sha256(content).hexdigest())


class Blobs(Protocol):
    """Contents by their digest. Each call stays within one tenant: who guesses a digest gets nothing."""

    async def put(self, tenant: TenantId, content: bytes) -> BlobId:
        """Keep a content; to keep it twice is the same as once.

        Raises:
            Unavailable: it cannot be written.
        """

    async def get(self, tenant: TenantId, blob: BlobId) -> bytes:
        """A content.

        Raises:
            NotFound: the tenant has none of this name.
            Unavailable: it cannot be read, or is damaged.
        """

    async def has(self, tenant: TenantId, blob: BlobId) -> bool:
        """Whether the tenant has a content of this name."""

    async def delete(self, tenant: TenantId, blob: BlobId) -> None:
        """Forget a content; nothing happens when there is none."""

    async def collect(self, tenant: TenantId, blob: BlobId, *, before: datetime) -> bool:
        """Forget a content that was kept last before a moment: whoever keeps it again meanwhile still has it.

        Returns:
            Whether it is gone now, and was there.
        """
