"""Contents in memory."""

from skafu.kernel.errors import NotFound
from skafu.kernel.identity import TenantId
from skafu.storage.blobs import BlobId, blob_id


class MemoryBlobs:
    """Fills `Blobs`."""

    def __init__(self) -> None:
        """Start empty."""
        self._contents: dict[tuple[TenantId, BlobId], bytes] = {}

    async def put(self, tenant: TenantId, content: bytes) -> BlobId:
        """Keep a content."""
        name = blob_id(content)
        self._contents[tenant, name] = content
        return name

    async def get(self, tenant: TenantId, blob: BlobId) -> bytes:
        """A content."""
        try:
            return self._contents[tenant, blob]
        except KeyError:
            raise NotFound(f"there is no content {blob}") from None

    async def has(self, tenant: TenantId, blob: BlobId) -> bool:
        """Whether the tenant has a content of this name."""
        return (tenant, blob) in self._contents

    async def delete(self, tenant: TenantId, blob: BlobId) -> None:
        """Forget a content."""
        self._contents.pop((tenant, blob), None)
