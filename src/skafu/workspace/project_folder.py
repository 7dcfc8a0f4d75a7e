"""Writing a project into a folder: a new one whole or not at all, an existing one without losing an edit."""

from pathlib import Path

from skafu.blueprint.lock import LOCK_PATH, Lock, read_lock
from skafu.kernel.errors import Invalid
from skafu.scaffold import FileTree
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import is_safe
from skafu.workspace.new_folder import is_free, refuse_taken, write_new
from skafu.workspace.pending import alone, carry_out, recover
from skafu.workspace.updates import compare, refuse_edited

__all__ = ["Update", "alone", "compare", "is_free", "lock_of", "recover", "refuse_taken", "write_new", "write_update"]


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
