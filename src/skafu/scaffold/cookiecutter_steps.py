"""The order in which Cookiecutter goes through the files of a template, and what it does with each."""

import io
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from fnmatch import fnmatchcase
from typing import NamedTuple

from skafu.scaffold.binary_detection import is_binary
from skafu.scaffold.sources import Sources
from skafu.scaffold.tree import File


class Kind(Enum):
    """What happens with an entry."""

    FOLDER = "folder"
    FOLDER_COPIED = "folder copied"
    COPIED = "copied"
    BINARY = "binary"
    TEXT = "text"
    BROKEN = "broken"


class Step(NamedTuple):
    """One entry of the template.

    Attributes:
        kind: what happens with it.
        path: its path below the templated folder, not yet filled in.
        file: its file, if it is one.
        inner: the files below a copied folder, by path below it.
        newline: what Cookiecutter takes for the line ending of a text.
    """

    kind: Kind
    path: str
    file: File | None = None
    inner: Mapping[str, File] | None = None
    newline: str = "\n"


def list_steps(
    sources: Sources, patterns: tuple[str, ...], is_binary: Callable[[str, bytes], bool] = is_binary
) -> tuple[Step, ...]:
    """List the steps: folder by folder, first the copied folders, then the new ones, then files, then further down.

    Args:
        sources: the files below the templated folder.
        patterns: what `_copy_without_render` says.
        is_binary: tells from path and content whether a file is no text.
    """
    return tuple(_Walk(sources, patterns, is_binary).below(""))


class _Walk:
    def __init__(self, sources: Sources, patterns: tuple[str, ...], is_binary: Callable[[str, bytes], bool]) -> None:
        self._is_binary = is_binary
        self._sources = sources
        self._patterns = patterns
        self._files: dict[str, list[str]] = {}
        self._folders: dict[str, set[str]] = {}
        for path in (*sources.followed, *sources.dangling):
            self._sort_in(path)

    def _sort_in(self, path: str) -> None:
        folder, _, _ = path.rpartition("/")
        self._files.setdefault(folder, []).append(path)
        while folder:
            above = folder.rpartition("/")[0]
            self._folders.setdefault(above, set()).add(folder)
            folder = above

    def below(self, folder: str) -> Iterator[Step]:
        folders = sorted(self._folders.get(folder, ()), key=_name)
        entered = [one for one in folders if not self._is_copied(one)]
        for one in folders:
            if one not in entered:
                broken = [path for path in self._sources.dangling if path.startswith(f"{one}/")]
                yield from (Step(Kind.BROKEN, path) for path in broken)
                yield Step(Kind.FOLDER_COPIED, one, inner=self._all_below(one))
        yield from (Step(Kind.FOLDER, one) for one in entered)
        for path in sorted(self._files.get(folder, ()), key=_name):
            yield self._step(path)
        for one in entered:
            # The walk makes the folder that a link leads to, but does not go in.
            raw = self._sources.raw.get(one)
            if raw is None or raw.link is None:
                yield from self.below(one)

    def _is_copied(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in self._patterns)

    def _all_below(self, folder: str) -> Mapping[str, File]:
        prefix = f"{folder}/"
        return {path[len(prefix) :]: one for path, one in self._sources.followed.items() if path.startswith(prefix)}

    def _step(self, path: str) -> Step:
        file = self._sources.followed.get(path)
        if file is None:
            return Step(Kind.BROKEN, path)
        if self._is_copied(path):
            return Step(Kind.COPIED, path, file)
        if self._is_binary(path, file.content):
            return Step(Kind.BINARY, path, file)
        return Step(Kind.TEXT, path, file, newline=_newline(file.content))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _newline(content: bytes) -> str:
    """Give the line ending that Python finds in the first block of a text, the first in its own order if several."""
    reader = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
    try:
        reader.readline()
    except UnicodeDecodeError:
        return "\n"
    found = reader.newlines
    return (found[0] if isinstance(found, tuple) else found) or "\n"
