"""Templates in zip files: read in memory, never unpacked to a disk, within bounds."""

import io
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path

from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold import File, FileTree
from skafu.scaffold.tree import path_problem

MOST_FILES = 2_000
MOST_BYTES_OF_A_FILE = 2_000_000
MOST_BYTES = 50_000_000
MOST_RATIO = 200


def zip_tree(content: bytes, name: str) -> FileTree:
    """Read a zip that is in memory; see `read_zip`.

    Args:
        content: the zip.
        name: what it is called in errors.

    Raises:
        Invalid: it is no zip, or a name in it is not safe.
        Refused: it is larger than a template may be.
    """
    return _read(io.BytesIO(content), name)


def read_zip(path: Path) -> FileTree:
    """Read a zip; a single folder at its top, as GitHub makes it, is taken off.

    Raises:
        Invalid: it is no zip, or a name in it is not safe.
        Refused: it is larger than a template may be.
    """
    return _read(path, path)


def _read(source: Path | io.BytesIO, path: Path | str) -> FileTree:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_size(entries, path)
            files = {entry.filename: _file(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Invalid(
            f"{path} can't be read as a zip: {error}", fix="give a folder, a zip or a git repository"
        ) from error
    _check_names(files, path)
    tops = {name.split("/", 1)[0] for name in files}
    if len(tops) == 1 and all("/" in name for name in files):
        return FileTree(files).under(tops.pop())
    return FileTree(files)


def _check_size(entries: list[zipfile.ZipInfo], path: Path | str) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    largest = max(entries, key=lambda entry: entry.file_size, default=None)
    if len(entries) > MOST_FILES:
        raise Refused(f"{path} holds more than {MOST_FILES} files", fix="unpack it and give the template's folder")
    if largest is not None and largest.file_size > MOST_BYTES_OF_A_FILE:
        raise Refused(f"{largest.filename} in {path} has more than {MOST_BYTES_OF_A_FILE // 1_000_000} MB")
    if total > MOST_BYTES or total > max(packed, 1000) * MOST_RATIO:
        raise Refused(f"{path} unpacks to {total // 1000} kB, which is more than a template may have")


def _check_names(files: dict[str, File], path: Path | str) -> None:
    seen: dict[str, str] = {}
    for name in files:
        problem = path_problem(name)
        if not problem and any(part.endswith((".", " ")) and part.strip(".") for part in name.split("/")):
            problem = "ends in a dot or a space"
        if not problem and ":" in name.split("/")[0][1:2]:
            problem = "names a drive"
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if not problem and other != name:
            problem = f"is the same as {other!r} on some systems"
        if problem:
            raise Invalid(f"the name {name!r} in {path} {problem}")


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> File:
    mode = entry.external_attr >> 16
    with archive.open(entry) as packed:
        content = packed.read(MOST_BYTES_OF_A_FILE + 1)
    if len(content) > entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename} is longer than it says")
    if stat.S_ISLNK(mode):
        return File(b"", link=content.decode(errors="replace"))
    return File(content, executable=bool(mode & 0o100))
