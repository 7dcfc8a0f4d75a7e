"""Looks into archives of generated files without unpacking all of them."""

import io
import stat
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from skafu.kernel.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from skafu.scaffold import File

LARGEST_FILE: Final = 20_000_000

FileChange = Literal["added", "removed", "changed"]


class FileNotFound(NotFound):
    """There is no file at a path."""

    def __init__(self, path: str) -> None:
        """Say at which."""
        super().__init__(f"there is no file {path[:200]!r}", fix="look at the tree to see which files there are")


class Entry(msgspec.Struct, frozen=True):
    """A file of a tree: its size in bytes, whether it can be run, and where it leads when it is a link."""

    path: str
    size: int
    executable: bool
    link: str | None = None


class TreeChange(msgspec.Struct, frozen=True):
    """A file that two trees do not have in common."""

    path: str
    change: FileChange


def entries_of(archive: bytes) -> tuple[Entry, ...]:
    """The files of a tree, by path.

    Raises:
        Unavailable: the archive is damaged.
    """
    with _opened(archive) as found:
        return tuple(_entry(found, each) for each in found.infolist())


def file_of(archive: bytes, path: str) -> "File":
    """One file of a tree.

    Raises:
        FileNotFound: there is none at this path.
        Unavailable: the archive is damaged.
    """
    from skafu.scaffold import File

    with _opened(archive) as found:
        try:
            place = found.getinfo(path)
        except KeyError:
            raise FileNotFound(path) from None
        if place.file_size > LARGEST_FILE:
            raise Unavailable(f"{path} is too large to be shown", fix="take the whole archive")
        mode = place.external_attr >> 16
        if stat.S_ISLNK(mode):
            return File(b"", link=found.read(place).decode(errors="replace"))
        return File(found.read(place), executable=bool(mode & 0o100))


def changes_between_trees(before: bytes, after: bytes) -> tuple[TreeChange, ...]:
    """The files that two trees do not have in common, by path.

    Raises:
        Unavailable: an archive is damaged.
    """
    with _opened(before) as first, _opened(after) as second:
        old, new = _marks(first.infolist()), _marks(second.infolist())
    paths = sorted({*old, *new})
    return tuple(
        TreeChange(path, _change(path in old, path in new)) for path in paths if old.get(path) != new.get(path)
    )


def _change(before: bool, after: bool) -> FileChange:  # noqa: FBT001 two answers to one question
    return "changed" if before and after else "added" if after else "removed"


def _marks(entries: Sequence[ZipInfo]) -> dict[str, tuple[int, int, int]]:
    return {each.filename: (each.CRC, each.file_size, each.external_attr) for each in entries}


def _entry(found: ZipFile, place: ZipInfo) -> Entry:
    mode = place.external_attr >> 16
    link = found.read(place).decode(errors="replace") if stat.S_ISLNK(mode) else None
    return Entry(place.filename, 0 if link is not None else place.file_size, bool(mode & 0o100) and link is None, link)


def _opened(archive: bytes) -> ZipFile:
    try:
        return ZipFile(io.BytesIO(archive))
    except BadZipFile as error:
        raise Unavailable(f"the archive of the files is damaged: {error}", fix="generate them again") from error
