"""Trees of files that stand among the contents of the store as zip archives."""

import asyncio
import io
import stat
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from skafu.contexts.github.ports import FileContent, Files
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId
from skafu.scaffold import FileTree
from skafu.storage.blobs import BlobId, Blobs

MOST_BYTES: Final = 500_000_000
"""Of all files of a tree together."""


class TreeUnreadable(Invalid):
    """The archive holds no tree that can be pushed."""


class ZippedTrees:
    """Fills the port `Trees`: the id of a tree is that of its archive."""

    def __init__(self, blobs: Blobs) -> None:
        """Read from the contents of the store."""
        self._blobs = blobs

    async def files(self, tenant: TenantId, tree_id: str) -> Files:
        """The files of a tree.

        Raises:
            NotFound: the tenant has no such tree.
            TreeUnreadable: it is no archive of a tree.
        """
        archive = await self._blobs.get(tenant, BlobId(tree_id))
        return await asyncio.to_thread(_files, archive)


def _files(archive: bytes) -> FileTree:
    try:
        with ZipFile(io.BytesIO(archive)) as found:
            places = [each for each in found.infolist() if not each.is_dir()]
            if sum(each.file_size for each in places) > MOST_BYTES:
                raise TreeUnreadable("the tree is too large to be pushed", fix=f"stay below {MOST_BYTES:,} bytes")
            return FileTree({each.filename: _file(found, each) for each in places})
    except BadZipFile as error:
        raise TreeUnreadable(f"the tree is no zip archive: {error}", fix="generate the files again") from error


def _file(found: ZipFile, place: ZipInfo) -> FileContent:
    mode = place.external_attr >> 16
    content = found.read(place)
    if stat.S_ISLNK(mode):
        return FileContent(b"", link=content.decode(errors="surrogateescape"))
    return FileContent(content, executable=bool(mode & 0o100))
