"""Templates in zip files: read in memory, never unpacked to a disk, within bounds."""

import stat
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO

from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold import File, FileTree
from skafu.scaffold.links import leads_out
from skafu.scaffold.output_checks import folded, portable_problem
from skafu.scaffold.tree import path_problem

MOST_FILES = 2_000
MOST_BYTES_OF_A_FILE = 2_000_000
MOST_BYTES = 50_000_000
MOST_RATIO = 200
_MOST_BYTES_OF_THE_LIST = 2_000_000
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\5\6", 22, 65_535
_KINDS = frozenset({0, stat.S_IFREG, stat.S_IFLNK})


def read_zip(path: Path) -> FileTree:
    """Read a zip; a single folder at its top, as GitHub makes it, is taken off.

    Raises:
        Invalid: it is no zip, or a name or link in it is not safe.
        Refused: it is larger than a template may be.
    """
    with path.open("rb") as archive:
        return read_archive(archive, str(path))


def read_archive(archive: IO[bytes], name: str) -> FileTree:
    """Read a zip from a file or from memory, as somebody sends it.

    Args:
        archive: the zip; it must be possible to seek in it.
        name: what it is called in errors.

    Raises:
        Invalid: it is no zip, or a name or link in it is not safe.
        Refused: it is larger than a template may be.
    """
    _check_list(archive, name)
    try:
        with zipfile.ZipFile(archive) as opened:
            listed = opened.infolist()
            entries = [entry for entry in listed if not entry.is_dir()]
            _check_size(entries, name)
            check_names([entry.orig_filename.removesuffix("/") for entry in listed], name)
            files = {entry.filename: _file(opened, entry, name) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{name} can't be read as a zip: {error}", fix="give a folder, a zip or a git repository"
        ) from error
    tree = FileTree(files)
    tops = {path.split("/", 1)[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        tree = tree.under(tops.pop())
    check_links(tree, name)
    return tree


def _check_list(archive: IO[bytes], name: str) -> None:
    """Look at the size of the list of contents before Python reads all of it into memory."""
    size = archive.seek(0, 2)
    if size > MOST_BYTES:
        raise Refused(f"{name} has more than {MOST_BYTES // 1_000_000} MB")
    archive.seek(max(size - _END_SIZE - _LONGEST_COMMENT, 0))
    tail = archive.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Invalid(f"{name} can't be read as a zip", fix="give a folder, a zip or a git repository")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_BYTES_OF_THE_LIST:
        raise Refused(f"{name} holds more than {MOST_FILES} files", fix="unpack it and give the template's folder")


def _check_size(entries: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    largest = max(entries, key=lambda entry: entry.file_size, default=None)
    if len(entries) > MOST_FILES:
        raise Refused(f"{name} holds more than {MOST_FILES} files", fix="unpack it and give the template's folder")
    if largest is not None and largest.file_size > MOST_BYTES_OF_A_FILE:
        raise Refused(f"{largest.filename} in {name} has more than {MOST_BYTES_OF_A_FILE // 1_000_000} MB")
    if total > MOST_BYTES or total > max(packed, 1000) * MOST_RATIO:
        raise Refused(f"{name} unpacks to {total // 1000} kB, which is more than a template may have")


def check_names(paths: list[str], name: str) -> None:
    """Check the paths of what a stranger sends.

    Args:
        paths: of files and folders, as they are written.
        name: where they are from, for errors.

    Raises:
        Invalid: one is not safe, is there twice, or means the same as another on some systems.
    """
    spellings: dict[str, str] = {}
    for path in paths:
        problem = path_problem(path) or portable_problem(path)
        for place in _with_folders(path):
            other = spellings.setdefault(folded(place), place)
            if not problem and other != place:
                problem = f"is the same as {other!r} on some systems"
        if problem:
            raise Invalid(f"the name {path!r} in {name} {problem}")
    if twice := [path for path, times in Counter(paths).items() if times > 1]:
        raise Invalid(f"the name {twice[0]!r} is in {name} twice")


def _with_folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def check_links(tree: FileTree, name: str) -> None:
    """Check the links of what a stranger sends, and that no file stands where another needs a folder.

    Raises:
        Invalid: a link leads out, or a file is in the way of another.
    """
    links = {path: file.link for path, file in tree.items() if file.link is not None}
    for path in links:
        if leads_out(path, links):
            raise Invalid(f"the link {path!r} in {name} leads out of the template, or round in a circle")
    for path in tree:
        for above in _with_folders(path)[:-1]:
            if above in tree:
                raise Invalid(f"{above!r} in {name} is a file, and {path!r} needs a folder there")


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> File:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in _KINDS:
        raise Invalid(f"{entry.filename!r} in {name} is neither a file nor a link")
    with archive.open(entry) as packed:
        content = packed.read(MOST_BYTES_OF_A_FILE + 1)
    if len(content) > entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename} is longer than it says")
    if stat.S_ISLNK(mode):
        return File(b"", link=content.decode())
    return File(content, executable=bool(mode & 0o100))
