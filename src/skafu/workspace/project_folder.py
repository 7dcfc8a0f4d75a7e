"""Writing a project into a folder: a new one whole or not at all, an existing one without losing an edit."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from skafu.blueprint.lock import LOCK_PATH, Lock, read_lock
from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import FileTree
from skafu.workspace.folders import is_safe
from skafu.workspace.pending import alone, carry_out, disk_errors_name, recover, staging, write_files
from skafu.workspace.updates import Update, compare, refuse_edited

__all__ = ["Update", "alone", "compare", "is_free", "lock_of", "recover", "refuse_taken", "write_new", "write_update"]


def is_free(folder: Path) -> bool:
    """Whether a new project may be written there: nothing, or an empty folder."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def refuse_taken(folder: Path) -> None:
    """Refuse a folder that a new project can't be written into.

    Raises:
        Conflict: there is something in it, or it is none, or stands below a file.
    """
    above = next(one for one in folder.absolute().parents if one.exists())
    if not above.is_dir():
        raise Conflict(f"{above} is no folder", fix="choose a new folder with --output")
    if (folder / LOCK_PATH).is_file():
        raise Conflict(
            f"{folder} holds a project already",
            fix=f"go on with it (skafu prove {folder}, skafu update), or choose a new folder with --output",
        )
    if not is_free(folder):
        what = "is not empty and holds no project of Skafu" if folder.is_dir() else "is no folder"
        raise Conflict(f"{folder} {what}", fix="choose a new folder with --output")


def lock_of(folder: Path) -> Lock | None:
    """The lock of the project in a folder, if it is one.

    Raises:
        Invalid: the lock can't be read, or it names a path that leads out of the project.
    """
    path = folder / LOCK_PATH
    if not path.is_file():
        return None
    lock = read_lock(path.read_bytes())
    if wrong := [one for one in lock.files if not is_safe(one)]:
        raise Invalid(
            f"{path} names {wrong[0]!r}, which is no path of a project",
            fix="restore it from version control; it is written by Skafu alone",
        )
    return lock


def write_new(tree: FileTree, folder: Path) -> None:
    """Write a project into a new folder, whole or not at all.

    A folder that exists and is empty is filled where it stands: it may be somebody's working directory, or a mount.

    Raises:
        Conflict: there is something in the folder.
        OSError: the disk says no; nothing is left behind.
    """
    folder = folder.resolve()
    refuse_taken(folder)
    if folder.exists():
        with alone(folder):
            carry_out(folder, tree, write=tuple(tree))
        return
    with disk_errors_name(folder), _folders_above(folder), staging(folder.parent) as staged:
        write_files(tree, staged)
        try:
            staged.rename(folder)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
                raise
            raise Conflict(f"{folder} was written by somebody else meanwhile", fix="choose another folder") from error


def write_update(tree: FileTree, folder: Path, update: Update, *, force: bool = False) -> None:
    """Carry out an update.

    Args:
        tree: the new tree.
        folder: the project.
        update: what `compare` said.
        force: overwrite edited generated files too.

    Raises:
        Conflict: generated files were edited by hand, and `force` is not set; nothing is written.
        OSError: the disk says no; nothing has changed.
    """
    if not force:
        refuse_edited(update)
    write = [*update.add, *update.replace, *(path for path in update.edited if path in tree)]
    remove = [*update.remove, *(path for path in update.edited if path not in tree)]
    if write or remove:
        carry_out(folder, tree, write=write, remove=remove)


@contextmanager
def _folders_above(folder: Path) -> Iterator[None]:
    """Make the folders above one; those that were not there go again when it fails."""
    made = [above for above in folder.parents if not above.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for above in made:
            with suppress(OSError):
                above.rmdir()
        raise
