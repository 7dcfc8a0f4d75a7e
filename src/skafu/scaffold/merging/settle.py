"""From what git merged to what an update is: merging by key, rules for what was removed, words for conflicts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from skafu.scaffold.merging.endings import is_binary, with_ending
from skafu.scaffold.merging.hunks import without_empty_conflicts
from skafu.scaffold.merging.merge import Conflict, Kind, Merge, Unmerged
from skafu.scaffold.merging.prepare import Prepared
from skafu.scaffold.merging.structured import merge_structured
from skafu.scaffold.tree import File, FileTree

_KINDS: Mapping[str, Kind] = {
    "modify/delete": "removed",
    "rename/delete": "removed",
    "rename/rename": "renamed",
    "rename involved in collision": "renamed",
    "file/directory": "place",
    "file location": "place",
    "distinct modes": "mode",
    "distinct types": "mode",
    "binary": "binary",
}
_WORDS: Mapping[Kind, str] = {
    "content": "both changed the same lines",
    "added": "both added this file, with other lines",
    "removed": "one side removed it, and the other changed it",
    "binary": "both changed it, and it is no text; it is as it was in the project",
    "renamed": "both sides moved it, or moved something to its place",
    "place": "a file and a folder want the same place",
    "mode": "one side made it another kind of file",
}


def settle(prepared: Prepared, tree: FileTree, unmerged: Iterable[Unmerged]) -> Merge:
    """Decide what git could not, as far as it can be decided, and put the rest in words.

    Args:
        prepared: what git was given.
        tree: what git made of it.
        unmerged: where it found conflicts.
    """
    files = dict(tree)
    conflicts: list[Conflict] = []
    by_key: list[str] = []
    stayed_away: list[str] = []
    kept: list[str] = []
    for one in unmerged:
        kind = _kind(one)
        if kind == "removed" and one.ours is None:
            files.pop(one.path, None)
            stayed_away.append(one.path)
        elif kind == "removed" and one.theirs is None and one.ours == one.base:
            # Moved by hand, but never edited: nothing of it is its people's.
            files.pop(one.path, None)
        elif kind == "removed" and one.theirs is None:
            kept.append(one.path)
        elif kind in {"content", "added"} and (content := _merged_by_key(one)) is not None:
            files[one.path] = File(content, files[one.path].executable)
            by_key.append(one.path)
        elif kind in {"content", "added"} and (content := without_empty_conflicts(files[one.path].content)) is not None:
            files[one.path] = replace(files[one.path], content=content)
        else:
            conflicts.append(Conflict(one.path, kind, _WORDS[kind], one.base, one.ours, one.theirs))
    _put_back(files, prepared)
    _restore_endings(files, prepared)
    return Merge(
        tree=FileTree.of_checked(files),
        conflicts=tuple(conflicts),
        by_key=tuple(by_key),
        stayed_away=tuple(stayed_away),
        kept=tuple(kept),
        overruled=prepared.overruled,
    )


def _kind(one: Unmerged) -> Kind:
    for name, kind in _KINDS.items():
        if any(name in reason for reason in one.reasons):
            return kind
    if any(is_binary(file.content) for file in (one.base, one.ours, one.theirs) if file is not None):
        return "binary"
    return "content" if one.base is not None else "added"


def _merged_by_key(one: Unmerged) -> bytes | None:
    sides = (one.base or File(b""), one.ours, one.theirs)
    if any(file is None or file.link is not None for file in sides):
        return None
    base, ours, theirs = (file.content for file in sides if file is not None)
    return merge_structured(one.path, base, ours, theirs)


def _put_back(files: dict[str, File], prepared: Prepared) -> None:
    """Undo what git did to files of the project's people when the template moved the folder that they stand in."""
    for path, file in prepared.ours.items():
        if path in prepared.base or path in prepared.theirs or path in files:
            continue
        known = (prepared.base, prepared.ours, prepared.theirs)
        if any(one.startswith(f"{path}/") for one in files):
            continue
        moved = [one for one, now in files.items() if now == file and not any(one in side for side in known)]
        if len(moved) == 1:
            del files[moved[0]]
            files[path] = file


def _restore_endings(files: dict[str, File], prepared: Prepared) -> None:
    for path, ending in prepared.endings.items():
        if path in files:
            files[path] = with_ending(files[path], ending)
