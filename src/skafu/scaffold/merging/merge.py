"""What a merge of three trees gives: the tree, and what is left to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from skafu.scaffold.tree import File, FileTree

Kind = Literal["content", "added", "removed", "binary", "renamed", "place", "mode"]
"""Why people must decide: both changed the same lines; both added the file; one side removed what the other changed,
in a way that no rule decides; both changed bytes that are no text; both renamed it; a file and a folder want one place;
the kinds of file differ."""


@dataclass(frozen=True, slots=True)
class Unmerged:
    """A path that git could not merge.

    Attributes:
        path: where it stands in the merged tree.
        reasons: git's names for what is wrong, such as `CONFLICT (modify/delete)`.
        message: git's words.
        base: the file as the template made it before; None when it was not there. So with the two others.
        ours: the file as it is in the project.
        theirs: the file as the template makes it now.
    """

    path: str
    reasons: tuple[str, ...]
    message: str
    base: File | None = None
    ours: File | None = None
    theirs: File | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A path that people must decide about; the merged tree holds a version of it from which no line is missing.

    Attributes:
        path: where it stands in the merged tree.
        kind: why.
        message: the same in words.
        base: the file as the template made it before; None when it was not there. So with the two others.
        ours: the file as it is in the project.
        theirs: the file as the template makes it now.
    """

    path: str
    kind: Kind
    message: str
    base: File | None = None
    ours: File | None = None
    theirs: File | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge of three trees gives.

    Attributes:
        tree: all files; those in conflict show the lines of both sides between marks, or are the project's own.
        conflicts: what people must decide about.
        by_key: paths that conflicted as text and were merged by key.
        stayed_away: paths that were removed by hand and that the template changed: they stay removed.
        kept: paths that the template removed and that were edited by hand: they stay as they were.
        overruled: paths that were edited by hand but are always the template's.
    """

    tree: FileTree
    conflicts: tuple[Conflict, ...] = ()
    by_key: tuple[str, ...] = ()
    stayed_away: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()

    def changes(self, ours: Mapping[str, File]) -> "Changes":
        """Say what must be written and removed to come from the project as it is to the merged tree."""
        write = tuple(path for path, file in self.tree.items() if ours.get(path) != file)
        return Changes(write, tuple(path for path in sorted(ours) if path not in self.tree))


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths to write and to remove."""

    write: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.write or self.remove)

    def __iter__(self) -> Iterator[str]:
        """Give every path that changes, sorted."""
        return iter(sorted({*self.write, *self.remove}))
