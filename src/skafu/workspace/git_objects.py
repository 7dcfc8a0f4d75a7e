"""Git's objects as values: names of blobs, entries of trees, a reader of many objects through one process."""

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from skafu.scaffold import File
from skafu.workspace.git_process import GitFailed, environment, git_binary

Oid = str
PLAIN, EXECUTABLE, LINK, FOLDER = "100644", "100755", "120000", "40000"
_AT_ONCE = 200
"""Requests that are sent before answers are read: so few that neither side's pipe fills up."""


def content_of(file: File) -> bytes:
    """What git keeps of a file: its bytes, or the target of a link."""
    return file.content if file.link is None else file.link.encode()


def mode_of(file: File) -> str:
    """Git's mode of a file."""
    if file.link is not None:
        return LINK
    return EXECUTABLE if file.executable else PLAIN


def file_of(mode: str, content: bytes) -> File:
    """The file that git keeps with a mode and some bytes."""
    if mode == LINK:
        return File(b"", link=content.decode(errors="surrogateescape"))
    return File(content, executable=mode == EXECUTABLE)


def blob_oid(content: bytes) -> Oid:
    """The name under which git keeps some bytes (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def tree_entries(content: bytes) -> Iterator[tuple[str, str, Oid]]:
    """The mode, name and object of each entry of a tree object."""
    at = 0
    while at < len(content):
        space, end = content.index(b" ", at), content.index(b"\0", at)
        yield (
            content[at:space].decode(),
            content[space + 1 : end].decode(errors="surrogateescape"),
            content[end + 1 : end + 21].hex(),
        )
        at = end + 21


class ObjectReader:
    """Reads objects of a repository through one process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take a running `git cat-file --batch`."""
        self._process = process
        self._trees: dict[Oid, tuple[tuple[str, str, Oid], ...]] = {}

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Read objects by name (an object's name, or such as `HEAD:path`).

        Raises:
            GitFailed: one of them is not there.
        """
        wanted = list(dict.fromkeys(names))
        found: dict[str, bytes] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            batch = wanted[start : start + _AT_ONCE]
            self._send(batch)
            found.update({name: self._answer(name) for name in batch})
        return found

    def _send(self, names: list[str]) -> None:
        requests = self._process.stdin
        if requests is None:
            raise GitFailed(["cat-file"], "it takes no requests")
        requests.write(b"".join(name.encode(errors="surrogateescape") + b"\n" for name in names))
        requests.flush()

    def _answer(self, name: str) -> bytes:
        answers = self._process.stdout
        head = answers.readline().split() if answers is not None else []
        if answers is None or len(head) != 3 or head[1] in {b"missing", b"ambiguous"}:
            raise GitFailed(["cat-file"], f"there is no object {name}")
        content = answers.read(int(head[2]))
        answers.read(1)
        return content

    def files_below(self, trees: Iterable[Oid]) -> dict[Oid, dict[str, tuple[str, Oid]]]:
        """For each tree, the path of each file below it with mode and object; other repositories are left out."""
        wanted = list(dict.fromkeys(trees))
        self._load_trees(wanted)
        return {tree: dict(self._walk(tree, "")) for tree in wanted}

    def _load_trees(self, trees: list[Oid]) -> None:
        while missing := [tree for tree in dict.fromkeys(trees) if tree not in self._trees]:
            for tree, content in self.read(missing).items():
                self._trees[tree] = tuple(tree_entries(content))
            trees = [oid for tree in missing for mode, _, oid in self._trees[tree] if mode == FOLDER]

    def _walk(self, tree: Oid, prefix: str) -> Iterator[tuple[str, tuple[str, Oid]]]:
        for mode, name, oid in self._trees[tree]:
            if mode == FOLDER:
                yield from self._walk(oid, f"{prefix}{name}/")
            elif mode in _FILES:
                yield prefix + name, (mode, oid)


_FILES = MappingProxyType(dict.fromkeys((PLAIN, EXECUTABLE, LINK, "100664"), True))


@contextmanager
def reading(repository: Path, *, own_settings: bool = False) -> Iterator[ObjectReader]:
    """Read objects of a repository for a while.

    Args:
        repository: a folder of it.
        own_settings: whether the settings of whoever runs this count.
    """
    process = subprocess.Popen(
        [git_binary(), "cat-file", "--batch"],
        cwd=repository,
        env=environment(own_settings=own_settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield ObjectReader(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
