"""What every store of contents does."""

import pytest
from storage_samples import ACME, OTHER

from skafu.kernel.errors import NotFound
from skafu.storage import BlobId, Blobs, blob_id
from skafu.storage.adapters.memory import MemoryBlobs


@pytest.fixture
def blobs() -> Blobs:
    return MemoryBlobs()


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 5000])
async def test_a_content_is_named_by_what_it_holds(blobs: Blobs, content: bytes) -> None:
    name = await blobs.put(ACME, content)
    assert name == blob_id(content) == await blobs.put(ACME, content)
    assert await blobs.get(ACME, name) == content
    assert await blobs.has(ACME, name)


async def test_who_knows_the_digest_of_another_tenant_gets_nothing(blobs: Blobs) -> None:
    name = await blobs.put(ACME, b"secret")
    assert not await blobs.has(OTHER, name)
    with pytest.raises(NotFound):
        await blobs.get(OTHER, name)
    await blobs.delete(OTHER, name)
    assert await blobs.get(ACME, name) == b"secret"


async def test_a_deleted_content_is_gone(blobs: Blobs) -> None:
    name = await blobs.put(ACME, b"x")
    await blobs.delete(ACME, name)
    await blobs.delete(ACME, name)
    assert not await blobs.has(ACME, name)
    with pytest.raises(NotFound):
        await blobs.get(ACME, name)


@pytest.mark.parametrize("name", ["../acme", "", "/etc/passwd", "A" * 64])
async def test_what_is_no_digest_finds_nothing(blobs: Blobs, name: str) -> None:
    assert not await blobs.has(ACME, BlobId(name))
    with pytest.raises(NotFound):
        await blobs.get(ACME, BlobId(name))
