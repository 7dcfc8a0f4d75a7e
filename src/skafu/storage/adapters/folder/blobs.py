"""Fills `Blobs` with files that appear whole or not at all."""

import asyncio
import hashlib
import os
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from skafu.kernel.errors import NotFound, Unavailable
from skafu.kernel.identity import Clock, TenantId, checked_name
from skafu.storage.adapters.system import now
from skafu.storage.blobs import BlobId, blob_id

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class FolderBlobs:
    """Contents as files; a tenant's folder is named by a digest, so that any id makes a file name."""

    def __init__(self, folder: Path, clock: Clock = now) -> None:
        """Keep contents below a folder, which is made when the first one comes.

        Args:
            folder: where.
            clock: says when a content was kept last; the time of its file is set to that.
        """
        self._folder = folder
        self._clock = clock

    async def put(self, tenant: TenantId, content: bytes) -> BlobId:
        """Keep a content; on return it is on the disk."""
        name = blob_id(content)
        file = self._file(checked_name(tenant, "the id of a tenant"), name)
        await asyncio.to_thread(_write, file, content, self._clock())
        return name

    async def get(self, tenant: TenantId, blob: BlobId) -> bytes:
        """A content, its digest checked."""
        return await asyncio.to_thread(_read, self._file(tenant, blob), blob)

    async def has(self, tenant: TenantId, blob: BlobId) -> bool:
        """Whether the tenant has a content of this name."""
        return _DIGEST.fullmatch(blob) is not None and await asyncio.to_thread(self._file(tenant, blob).is_file)

    async def delete(self, tenant: TenantId, blob: BlobId) -> None:
        """Forget a content."""
        if _DIGEST.fullmatch(blob):
            await asyncio.to_thread(_remove, self._file(tenant, blob))

    async def collect(self, tenant: TenantId, blob: BlobId, *, before: datetime) -> bool:
        """Forget a content that was kept last before a moment."""
        return _DIGEST.fullmatch(blob) is not None and await asyncio.to_thread(
            _collect, self._file(tenant, blob), before
        )

    def _file(self, tenant: str, blob: str) -> Path:
        own = hashlib.sha256(tenant.encode()).hexdigest()[:32]
        return self._folder / own / blob[:2] / blob


def _write(file: Path, content: bytes, moment: datetime) -> None:
    times = (moment.timestamp(), moment.timestamp())
    try:
        with suppress(FileNotFoundError):
            os.utime(file, times)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=".new-", delete=False) as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        os.utime(new.name, times)
        Path(new.name).replace(file)
        _flush(file.parent)
    except OSError as error:
        raise Unavailable(
            f"the content cannot be written to {file}: {error}",
            fix="look at the disk",
            told="the content cannot be written",
        ) from error


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: Path, blob: BlobId) -> bytes:
    if not _DIGEST.fullmatch(blob):
        raise NotFound(f"{blob[:70]!r} is no name of a content")
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no content {blob}") from None
    except OSError as error:
        raise Unavailable(
            f"the content {blob} cannot be read: {error}", fix="look at the disk", told="the content cannot be read"
        ) from error
    if blob_id(content) != blob:
        raise Unavailable(
            f"the content at {file} is damaged", fix="restore it from a backup", told="the content is damaged"
        )
    return content


def _collect(file: Path, before: datetime) -> bool:
    """Set a file aside before it is looked at: who keeps the same content meanwhile writes it anew."""
    aside = file.with_name(f".old-{file.name}")
    try:
        file.replace(aside)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Unavailable(
            f"the content at {file} cannot be removed: {error}",
            fix="look at the disk",
            told="the content cannot be removed",
        ) from error
    if aside.stat().st_mtime >= before.timestamp():
        aside.replace(file)
        return False
    aside.unlink()
    return True


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the content at {file} cannot be removed: {error}",
            fix="look at the disk",
            told="the content cannot be removed",
        ) from error
