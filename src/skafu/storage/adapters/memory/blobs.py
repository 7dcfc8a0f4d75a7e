"""Contents in memory."""

from datetime import datetime

from skafu.kernel.errors import NotFound
from skafu.kernel.identity import Clock, TenantId
from skafu.storage.adapters.system import now
from skafu.storage.blobs import BlobId, blob_id


class MemoryBlobs:
    """Fills `Blobs`."""

    def __init__(self, clock: Clock = now) -> None:
        """Start empty; the clock says when a content was kept last."""
        self._contents: dict[tuple[TenantId, BlobId], bytes] = {}
        self._kept: dict[tuple[TenantId, BlobId], datetime] = {}
        self._clock = clock

    async def put(self, tenant: TenantId, content: bytes) -> BlobId:
        """Keep a content."""
        name = blob_id(content)
        self._contents[tenant, name] = content
        self._kept[tenant, name] = self._clock()
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

    async def collect(self, tenant: TenantId, blob: BlobId, *, before: datetime) -> bool:
        """Forget a content that was kept last before a moment."""
        if (tenant, blob) not in self._contents or self._kept[tenant, blob] >= before:
            return False
        del self._contents[tenant, blob]
        return True
