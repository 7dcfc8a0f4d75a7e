"""A tree as one file: how a project keeps what its template made, for the next update to compare with."""

import io
import stat
import zipfile
from collections.abc import Mapping
from zipfile import ZipFile, ZipInfo

from skafu.kernel.errors import Invalid
from skafu.scaffold.kept_path import BASE_PATH
from skafu.scaffold.tree import File, FileTree

_ALWAYS = (1980, 1, 1, 0, 0, 0)
_LARGEST = 100_000_000
_LARGE, _BEGINNING = 256_000, 8_000


def packed(files: Mapping[str, File], *, compressed: bool = False) -> bytes:
    """Write a tree as a zip: the same bytes for the same tree, always.

    Unless it is asked for, nothing in it is compressed: version control does that better, and keeps the differences
    between two of them only. Large binary files never are: a model or a video hardly shrinks, and takes longer than
    all else.
    """
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for path in sorted(files):
            entry = ZipInfo(path, _ALWAYS)
            entry.create_system = 3
            entry.external_attr = _mode(files[path]) << 16
            content = _content(files[path])
            shrinks = compressed and not _is_large_binary(content)
            entry.compress_type = zipfile.ZIP_DEFLATED if shrinks else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return written.getvalue()


def unpacked(content: bytes, *, name: str = BASE_PATH) -> FileTree:
    """Read a tree from such a zip; `name` is what errors call it.

    Raises:
        Invalid: it is damaged, too large, or holds a path that leads out of the tree.
    """
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _LARGEST:
                raise Invalid(f"{name} holds more than {_LARGEST} bytes", fix="restore it from version control")
            return FileTree({entry.filename: _file(entry, archive.read(entry)) for entry in entries})
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Invalid(f"{name} can't be read: {error}", fix="restore it from version control") from error


def _is_large_binary(content: bytes) -> bool:
    return len(content) >= _LARGE and b"\0" in content[:_BEGINNING]


def _mode(file: File) -> int:
    if file.link is not None:
        return stat.S_IFLNK | 0o777
    return stat.S_IFREG | (0o755 if file.executable else 0o644)


def _content(file: File) -> bytes:
    return file.content if file.link is None else file.link.encode(errors="surrogateescape")


def _file(entry: ZipInfo, content: bytes) -> File:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return File(b"", link=content.decode(errors="surrogateescape"))
    return File(content, executable=bool(mode & 0o100))
