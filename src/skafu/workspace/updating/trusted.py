"""Updates that run code of a template that a local user trusts: in the project itself, and all of it can be undone.

The order is Copier's: migrations that come before, then the merge, tasks, and migrations that come after. Tasks run
also on the two trees that are merged, so that what they make is no edit of anybody's.
"""

import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from skafu.scaffold import Command, File, FileTree
from skafu.scaffold.merging import Changes
from skafu.workspace.folders import is_safe, read_folder
from skafu.workspace.pending import carry_out, write_files
from skafu.workspace.trusted_commands import run_migrations, run_tasks
from skafu.workspace.updating.plan import Prospect, files_standing
from skafu.workspace.updating.record import begun_files, old_record_files, record_files, restore
from skafu.workspace.updating.repository import repository_of


def after_tasks(tree: FileTree, tasks: Iterable[Command], name: str) -> FileTree:
    """Give what a tree is when the tasks of its template have run on it, in a folder that is gone afterwards.

    Args:
        tree: the files.
        tasks: what runs.
        name: of the folder, which tasks may see.

    Raises:
        Refused: one of them failed.
        Unavailable: one of them can't be started.
    """
    tasks = [one for one in tasks if one.kind == "task"]
    if not tasks:
        return tree
    with tempfile.TemporaryDirectory(prefix="skafu-trusted-") as home:
        folder = Path(home, name)
        folder.mkdir()
        write_files(tree, folder)
        run_tasks(tasks, folder, operation="update")
        made = read_folder(folder)
        return FileTree({path: file for path, file in made.items() if is_safe(path)})


def apply_trusted(first: Prospect, again: Callable[[], Prospect]) -> Prospect:
    """Update a project, and run what its template wants to run.

    What fails leaves everything as it was; what succeeds is undone by `abort`.

    Args:
        first: the update, as it would be if nothing ran.
        again: merges with what is in the folder by then.

    Returns:
        What changed, whoever changed it.

    Raises:
        Refused: a command failed.
        Unavailable: a command can't be started.
        Conflict: a file was changed since it was merged.
    """
    folder = first.folder
    with _undone_on_failure(first) as (before, modes):
        run_migrations(first.plan.commands, "before", folder)
        found = again()
        marked = {one.path: found.merge.tree[one.path] for one in found.merge.conflicts}
        clean = {one.path: one.theirs for one in found.merge.conflicts if one.theirs is not None}
        _write(folder, found, {**found.merge.tree, **{path: clean.get(path, file) for path, file in marked.items()}})
        run_tasks(found.plan.commands, folder, operation="update")
        # Tasks see no marks of conflicts, as with Copier: they would stumble over them.
        carry_out(folder, FileTree(marked), write=tuple(marked))
        run_migrations(found.plan.commands, "after", folder)
        done = _whole(found, before)
        remembered = record_files(done, modes)
        forgotten = [path for path in old_record_files(folder) if path not in remembered]
        carry_out(folder, FileTree(remembered), write=tuple(remembered), remove=forgotten)
    return done


def _write(folder: Path, found: Prospect, tree: dict[str, File]) -> None:
    carry_out(
        folder,
        FileTree(tree),
        write=tuple(path for path in tree if found.ours.get(path) != tree[path]),
        remove=found.changes.remove,
    )


@contextmanager
def _undone_on_failure(first: Prospect) -> Iterator[tuple[FileTree, dict[str, int]]]:
    """Remember all files of the project, and bring them back when something fails."""
    folder = first.folder
    before = files_standing(folder, first.repository, (*first.ours, *first.plan.theirs))
    modes = {path: stat.S_IMODE((folder / path).stat().st_mode) for path, one in before.items() if one.link is None}
    remembered = begun_files(first, before, modes)
    forgotten = [path for path in old_record_files(folder) if path not in remembered]
    carry_out(folder, FileTree(remembered), write=tuple(remembered), remove=forgotten)
    try:
        yield before, modes
    except BaseException:
        restore(folder, before, modes, made=_now(first))
        raise


def _now(found: Prospect) -> FileTree:
    return files_standing(found.folder, repository_of(found.folder), (*found.ours, *found.plan.theirs))


def _whole(found: Prospect, before: FileTree) -> Prospect:
    """The update as what it changed in the end, together with all that ran."""
    now = _now(found)
    write = tuple(path for path, file in now.items() if before.get(path) != file)
    gone = tuple(path for path in before if path not in now)
    return replace(found, ours=before, merge=replace(found.merge, tree=now), changes=Changes(write, gone))
