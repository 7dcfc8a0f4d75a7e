"""What every store of contents does."""

from datetime import timedelta
from pathlib import Path

import pytest
from platform_ground import HandClock
from storage_samples import ACME, OTHER

from skafu.kernel.errors import NotFound, Unavailable
from skafu.storage import BlobId, Blobs, blob_id
from skafu.storage.adapters.folder import FolderBlobs
from skafu.storage.adapters.memory import MemoryBlobs


@pytest.fixture(params=["memory", "folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return MemoryBlobs() if request.param == "memory" else FolderBlobs(tmp_path / "contents")


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


def _only_file(folder: Path) -> Path:
    (file,) = [path for path in folder.rglob("*") if path.is_file()]
    return file


async def test_a_damaged_file_is_not_given_out(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    name = await blobs.put(ACME, b"content")
    _only_file(tmp_path).write_bytes(b"Content")
    with pytest.raises(Unavailable, match="damaged"):
        await blobs.get(ACME, name)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be written"):
        await FolderBlobs(tmp_path / "file").put(ACME, b"content")


@pytest.mark.parametrize("kind", ["memory", "folder"])
async def test_a_content_is_collected_unless_it_was_kept_again(kind: str, tmp_path: Path) -> None:
    clock = HandClock()
    blobs: Blobs = MemoryBlobs(clock) if kind == "memory" else FolderBlobs(tmp_path / "contents", clock)
    name, begun = await blobs.put(ACME, b"x"), clock()
    assert not await blobs.collect(ACME, name, before=begun)
    clock.pass_by(10)
    await blobs.put(ACME, b"x")
    assert not await blobs.collect(ACME, name, before=clock() - timedelta(seconds=5))
    assert await blobs.get(ACME, name) == b"x"
    assert not await blobs.collect(OTHER, name, before=clock() + timedelta(seconds=5))
    assert await blobs.collect(ACME, name, before=clock() + timedelta(seconds=5))
    assert not await blobs.has(ACME, name)
    assert not await blobs.collect(ACME, name, before=clock() + timedelta(seconds=5))
    assert not await blobs.collect(ACME, BlobId("../x"), before=clock())
