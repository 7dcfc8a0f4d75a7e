"""Writing a tree into a new folder, whole or not at all."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from skafu.kernel.errors import Conflict
from skafu.scaffold import FileTree
from skafu.workspace.pending import alone, carry_out, disk_errors_name, staging, write_files


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
    if is_free(folder):
        return
    # Its import would slow down every start.
    from skafu.blueprint.lock import LOCK_PATH

    if (folder / LOCK_PATH).is_file():
        raise Conflict(
            f"{folder} holds a project already",
            fix=f"go on with it (skafu prove {folder}, skafu update), or choose a new folder with --output",
        )
    what = "is not empty and holds no project of Skafu" if folder.is_dir() else "is no folder"
    raise Conflict(f"{folder} {what}", fix="choose a new folder with --output")


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
            # Whoever was first may have been it after the look above.
            refuse_taken(folder)
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
