"""Trees become commits of a repository of our own: one stream for `git fast-import`, each content once."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from skafu.scaffold import File, FileTree
from skafu.workspace.git_objects import Oid, blob_oid, content_of, mode_of
from skafu.workspace.git_process import git

MEMORY = Path("/dev/shm")  # noqa: S108
"""Where Linux keeps files in memory."""
NOBODY = b"committer Skafu <skafu@localhost> 0 +0000\n"
UNCHANGED = b"the same on all sides\n"
"""Stands for every file that is the same in all three trees: its content bears on nothing."""
SETTINGS = """[core]
\trepositoryformatversion = 0
\tbare = true
\tcompression = 0
\tfsync = none
[merge]
\tconflictStyle = zdiff3
\tdirectoryRenames = true
[fastimport]
\tunpackLimit = 0
"""
_MARKS = "marks"


@contextmanager
def scratch_repository() -> Iterator[Path]:
    """Give an empty repository of our own that is removed in the end; nobody's settings or hooks hold there."""
    place = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="skafu-merge-", dir=place) as name:
        root = Path(name)
        (root / "objects").mkdir()
        (root / "refs").mkdir()
        (root / "HEAD").write_text("ref: refs/heads/none\n")
        (root / "config").write_text(SETTINGS)
        yield root


@dataclass
class ImportStream:
    """What `git fast-import` reads (https://git-scm.com/docs/git-fast-import).

    Attributes:
        contents: every content that was sent, by the name git gives it.
    """

    contents: dict[Oid, bytes] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _commits: int = 0

    def triple(self, base: FileTree, ours: FileTree, theirs: FileTree) -> tuple[int, int, int]:
        """Add three trees as commits, the last two upon the first; give their marks."""
        same = frozenset(path for path, file in base.items() if ours.get(path) == file == theirs.get(path))
        first = self._commit(base, same, None)
        return first, self._commit(ours, same, first), self._commit(theirs, same, first)

    def _commit(self, tree: FileTree, same: frozenset[str], upon: int | None) -> int:
        lines = [self._line(path, file, known=path in same) for path, file in tree.items()]
        self._commits += 1
        start = [b"reset refs/heads/none\n"] if upon is None else []
        parent = [b"deleteall\n"] if upon is None else [b"from :%d\n" % upon, b"deleteall\n"]
        head = b"commit refs/heads/none\nmark :%d\n" % self._commits + NOBODY + b"data 0\n"
        self._parts += [*start, head, *parent, *lines, b"\n"]
        return self._commits

    def _line(self, path: str, file: File, *, known: bool) -> bytes:
        oid = self._blob(UNCHANGED if known else content_of(file))
        return f"M {mode_of(file)} {oid} ".encode() + quoted(path) + b"\n"

    def _blob(self, content: bytes) -> Oid:
        oid = blob_oid(content)
        if oid not in self.contents:
            self.contents[oid] = content
            self._parts.append(b"blob\ndata %d\n" % len(content) + content + b"\n")
        return oid

    def send(self, repository: Path) -> dict[int, Oid]:
        """Import everything; give the name of the commit of each mark."""
        stream = b"".join(self._parts)
        git("fast-import", "--quiet", "--force", f"--export-marks={_MARKS}", at=repository, given=stream)
        lines = (repository / _MARKS).read_text().splitlines()
        return {int(mark[1:]): oid for mark, oid in (line.split() for line in lines)}


def quoted(path: str) -> bytes:
    """A path as the stream wants it: in quotes, so that any byte may stand in it."""
    raw = path.encode(errors="surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
