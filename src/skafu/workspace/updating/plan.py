"""What an update is to do, and what comes out of it, before anything is written."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from skafu.kernel.errors import Conflict
from skafu.scaffold import Command, File, FileTree
from skafu.scaffold.merging import Changes, Merge, Rules
from skafu.workspace.folders import PASSED_OVER, is_safe, obstacle, read_file
from skafu.workspace.git_merge import update
from skafu.workspace.pending import HOME
from skafu.workspace.updating.own_rules import with_own_rules
from skafu.workspace.updating.repository import Repository

MOST_OTHERS = 5000
LARGEST_OTHER = 1_000_000
"""How many files of people's own, and how large ones, are looked at to find out where something was moved to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be merged into a project.

    Attributes:
        kind: `skafu` or `copier`.
        before: the version of the template that the project is made from, in words.
        after: the version that it is to be made from.
        base: the project as the template made it.
        theirs: the project as the template makes it.
        rules: whose each path is.
        notices: what people should know.
        message: what the template says after an update.
        commands: what the template wants to run.
    """

    kind: str
    before: str
    after: str
    base: FileTree
    theirs: FileTree
    rules: Rules
    notices: tuple[str, ...] = ()
    message: str = ""
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Prospect:
    """What comes out of an update.

    Attributes:
        folder: the project.
        plan: what was merged into it.
        ours: its files, as far as they bear on it.
        merge: the merged tree.
        changes: what must be written and removed.
        repository: where the project stands; None when in no repository.
        notices: what people should know.
    """

    folder: Path
    plan: Plan
    ours: FileTree
    merge: Merge
    changes: Changes
    repository: Repository | None
    notices: tuple[str, ...] = field(default=())


def prospect(folder: Path, plan: Plan, repository: Repository | None, *, committed: bool = False) -> Prospect:
    """Merge, and say what would be written; nothing is written here.

    Args:
        folder: the project.
        plan: what is to be merged into it.
        repository: where it stands.
        committed: whether the last commit is updated, in place of the files as they are.

    Raises:
        Conflict: the repository is in the middle of a merge, or a link stands where a file goes.
        Invalid: the project's own rules are wrong.
    """
    if repository is not None and not committed:
        _refuse_unmerged(repository)
    ours = FileTree(_committed(plan, repository) if committed and repository else _as_it_is(folder, plan, repository))
    merge = update(plan.base, ours, plan.theirs, with_own_rules(plan.rules, folder))
    changes = merge.changes(ours)
    if not committed:
        _refuse_obstacles(folder, changes)
    words = _words_of_state(repository) if changes and not committed else ()
    return Prospect(folder, plan, ours, merge, changes, repository, (*plan.notices, *words))


def _words_of_state(repository: Repository | None) -> tuple[str, ...]:
    if repository is None:
        return ("the project is in no git repository: what is replaced is kept for --abort alone",)
    if not repository.dirty:
        return ()
    shown = ", ".join(repository.dirty[:5]) + (", ..." if len(repository.dirty) > 5 else "")
    files = "1 file has" if len(repository.dirty) == 1 else f"{len(repository.dirty)} files have"
    return (f"{files} changes that are not committed; they are merged as they stand: {shown}",)


def _refuse_unmerged(repository: Repository) -> None:
    if repository.unmerged:
        raise Conflict(
            f"{repository.folder} is in the middle of a merge: {', '.join(repository.unmerged[:5])}",
            fix="finish the merge, or end it with git merge --abort",
        )


def _committed(plan: Plan, repository: Repository) -> dict[str, File]:
    """The last commit, as far as it bears on the update."""
    committed = repository.committed()
    wanted = {path for path in {*plan.base, *plan.theirs} if path in committed.known}
    if _something_is_missing(plan, wanted) or _is_below(wanted, committed.known):
        wanted |= set(list(committed.known)[:MOST_OTHERS])
    return committed.read(sorted(path for path in wanted if is_safe(path)))


def _is_below(wanted: set[str], known: dict[str, tuple[str, str]]) -> bool:
    """Whether a folder stands where the template wants a file."""
    folders = {path.rpartition("/")[0] for path in known}
    return bool(folders & wanted)


def _as_it_is(folder: Path, plan: Plan, repository: Repository | None) -> dict[str, File]:
    """The files in the folder, as far as they bear on the update."""
    found: dict[str, File] = {}
    for path in {*plan.base, *plan.theirs}:
        for place in _standing(folder, path):
            found[place] = read_file(folder / place)
    if _something_is_missing(plan, found):
        others = repository.others() if repository else _walk(folder, folder)
        for path in list(others)[:MOST_OTHERS]:
            target = folder / path
            if path not in found and is_safe(path) and not obstacle(folder, path) and _is_small(target):
                found[path] = read_file(target)
    return found


def files_standing(folder: Path, repository: Repository | None, paths: Iterable[str]) -> FileTree:
    """All files of a project: those that git knows or does not ignore, and some paths whatever git says of them."""
    others = repository.others() if repository else _walk(folder, folder)
    wanted = {*others, *(place for path in paths for place in _standing(folder, path))}
    there = (path for path in sorted(wanted) if is_safe(path) and not path.startswith(f"{HOME}/"))
    return FileTree({path: read_file(folder / path) for path in there if _is_file(folder, path)})


def _is_file(folder: Path, path: str) -> bool:
    target = folder / path
    return not obstacle(folder, path) and (target.is_symlink() or target.is_file())


def _standing(folder: Path, path: str) -> Iterator[str]:
    """What stands at a path: a file, the link on the way to it, or all that is below it when it is a folder."""
    place = obstacle(folder, path)
    target = folder / (place or path)
    if target.is_symlink() or target.is_file():
        yield place or path
    elif target.is_dir():
        yield from _walk(target, folder)


def _walk(start: Path, folder: Path) -> Iterator[str]:
    for one in sorted(start.iterdir()):
        if one.is_dir() and not one.is_symlink():
            if one.name not in PASSED_OVER and one != folder / ".skafu":
                yield from _walk(one, folder)
        elif one.is_symlink() or one.is_file():
            yield one.relative_to(folder).as_posix()


def _something_is_missing(plan: Plan, found: Container[str]) -> bool:
    """Whether a file of the template is gone: it may have been moved, and then its changes go there."""
    return any(path not in found for path in plan.base)


def _is_small(path: Path) -> bool:
    return path.is_symlink() or (path.is_file() and path.stat().st_size <= LARGEST_OTHER)


def _refuse_obstacles(folder: Path, changes: Changes) -> None:
    going = {*changes.remove}
    found = {place for path in changes.write if (place := obstacle(folder, path)) and place not in going}
    found = {place for place in found if not _is_emptied(folder / place, folder, going)}
    if found:
        raise Conflict(
            f"these links, folders or files in {folder} stand where the update writes: {', '.join(sorted(found))}",
            fix="move them away; Skafu writes through no link",
        )


def _is_emptied(place: Path, folder: Path, going: set[str]) -> bool:
    return place.is_dir() and not place.is_symlink() and all(one in going for one in _walk(place, folder))
