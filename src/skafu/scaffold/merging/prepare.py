"""What git is given to merge: ownership applied, and lines that end the same way."""

from collections.abc import Mapping
from dataclasses import dataclass

from skafu.scaffold.merging.endings import Ending, ending_of, merged_ending, with_line_feeds
from skafu.scaffold.merging.rules import Rules
from skafu.scaffold.tree import File, FileTree


@dataclass(frozen=True, slots=True)
class Prepared:
    """Three trees as git merges them.

    Attributes:
        base: as the template made the project before.
        ours: as the project is.
        theirs: as the template makes it now.
        endings: paths whose lines get back this ending after the merge.
        overruled: edited paths that are always the template's.
    """

    base: FileTree
    ours: FileTree
    theirs: FileTree
    endings: Mapping[str, Ending]
    overruled: tuple[str, ...]


def prepare(base: FileTree, ours: FileTree, theirs: FileTree, rules: Rules) -> Prepared:
    """Apply the rules that hold whatever git says, and lay line endings aside.

    Args:
        base: as the template made the project before.
        ours: as the project is.
        theirs: as the template makes it now.
        rules: whose each path is.
    """
    sides = dict(base), dict(ours), dict(theirs)
    overruled = _apply(rules, *sides)
    endings = _lay_endings_aside(*sides)
    trees = [FileTree.of_checked(one) for one in sides]
    return Prepared(trees[0], trees[1], trees[2], endings, tuple(overruled))


def _apply(rules: Rules, base: dict[str, File], ours: dict[str, File], theirs: dict[str, File]) -> list[str]:
    """Make the side that has no say look as if it had changed nothing; give the edits that do not count."""
    overruled = []
    for path in sorted({*base, *ours, *theirs}):
        if rules.template(path):
            if path in ours and ours[path] not in (base.get(path), theirs.get(path)):
                overruled.append(path)
            _follow(path, ours, base)
        elif rules.keep(path) and (path in base or path in ours):
            _follow(path, theirs, base)
        elif path not in ours and path in base and not rules.once(path):
            ours[path] = base[path]
    return overruled


def _follow(path: str, side: dict[str, File], base: dict[str, File]) -> None:
    if path in base:
        side[path] = base[path]
    else:
        side.pop(path, None)


def _lay_endings_aside(*sides: dict[str, File]) -> dict[str, Ending]:
    """Turn CRLF into line feeds wherever all versions of a file have one ending each; give what they had."""
    endings: dict[str, Ending] = {}
    for path in {path for side in sides for path in side}:
        base, ours, theirs = (ending_of(side.get(path)) for side in sides)
        if "crlf" in {base, ours, theirs} and "mixed" not in {base, ours, theirs}:
            endings[path] = merged_ending(base, ours, theirs)
            for side, had in zip(sides, (base, ours, theirs), strict=True):
                if had == "crlf":
                    side[path] = with_line_feeds(side[path])
    return endings
