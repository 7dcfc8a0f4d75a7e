"""Writing a project into a folder: a new one whole or not at all, an existing one without losing an edit.

An update is staged below `.skafu/pending` with a journal; the journal's rename is the moment at which the update is
decided. Whatever is interrupted later is finished by the next run (`recover`), so a folder is never half updated.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from skafu.blueprint.lock import LOCK_PATH, Lock, digest, read_lock
from skafu.kernel.errors import Conflict
from skafu.scaffold import File, FileTree
from skafu.workspace.folders import read_file

PENDING = ".skafu/pending"
JOURNAL = "journal.json"


class Update(msgspec.Struct, frozen=True):
    """What writing a new tree over a project means, path by path.

    Attributes:
        add: new files.
        replace: untouched generated files that change.
        remove: untouched generated files that the blueprint no longer asks for.
        keep: files that are their people's, or stand as they should.
        edited: generated files that were edited by hand, and that the new tree would change or remove.
    """

    add: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would be written or removed."""
        return bool(self.add or self.replace or self.remove)


class _Journal(msgspec.Struct, frozen=True):
    write: tuple[str, ...]
    remove: tuple[str, ...]


def is_free(folder: Path) -> bool:
    """Whether a new project may be written there: nothing, or an empty folder."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def lock_of(folder: Path) -> Lock | None:
    """The lock of the project in a folder, if it is one.

    Raises:
        Invalid: the lock can't be read.
    """
    path = folder / LOCK_PATH
    return read_lock(path.read_bytes()) if path.is_file() else None


def write_new(tree: FileTree, folder: Path) -> None:
    """Write a project into a new folder, whole or not at all.

    Raises:
        Conflict: there is something in the folder.
        OSError: the disk says no; nothing is left behind.
    """
    if not is_free(folder):
        raise Conflict(f"{folder} is not empty and holds no project of Skafu", fix="choose a new folder with --output")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _staging(folder.parent, folder.name) as staged:
        for path, file in tree.items():
            _write(staged / path, file)
        if folder.exists():
            folder.rmdir()
        staged.rename(folder)


def compare(tree: FileTree, folder: Path, lock: Lock) -> Update:
    """Say what writing a tree over a project would do; nothing is written."""
    parts: dict[str, list[str]] = {"add": [], "replace": [], "remove": [], "keep": [], "edited": []}
    for path in sorted({*tree, *lock.files}):
        parts[_fate(path, tree.get(path), folder, lock)].append(path)
    return Update(**{name: tuple(paths) for name, paths in parts.items()})


def _fate(path: str, new: File | None, folder: Path, lock: Lock) -> str:
    target, locked = folder / path, lock.files.get(path)
    if not (target.is_file() or target.is_symlink()):
        return "keep" if new is None or (locked and locked.owner == "yours") else "add"
    now = read_file(target)
    if now == new or (locked and locked.owner == "yours"):
        return "keep"
    if path != LOCK_PATH and (locked is None or digest(now.content) != locked.sha256):
        return "keep" if locked and locked.owner == "shared" else "edited"
    return "remove" if new is None else "replace"


def write_update(tree: FileTree, folder: Path, update: Update, *, force: bool = False) -> None:
    """Carry out an update.

    Args:
        tree: the new tree.
        folder: the project.
        update: what `compare` said.
        force: overwrite edited generated files too.

    Raises:
        Conflict: generated files were edited by hand, and `force` is not set; nothing is written.
    """
    if update.edited and not force:
        raise Conflict(
            "these generated files were edited by hand: " + ", ".join(update.edited),
            fix="move the change into a file that is yours, or overwrite them with --force",
        )
    write = [*update.add, *update.replace, *(path for path in update.edited if path in tree)]
    remove = [*update.remove, *(path for path in update.edited if path not in tree)]
    pending = folder / PENDING
    with _staging(folder / ".skafu", "pending") as staged:
        for path in write:
            _write(staged / "files" / path, tree[path])
        (staged / JOURNAL).write_bytes(msgspec.json.encode(_Journal(tuple(write), tuple(remove))))
        staged.rename(pending)
    recover(folder)


def recover(folder: Path) -> bool:
    """Finish an update that was interrupted; say whether there was one."""
    pending = folder / PENDING
    if not (pending / JOURNAL).is_file():
        return False
    journal = msgspec.json.decode((pending / JOURNAL).read_bytes(), type=_Journal)
    for path in journal.write:
        staged, target = pending / "files" / path, folder / path
        if staged.exists() or staged.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
    for path in journal.remove:
        (folder / path).unlink(missing_ok=True)
        _remove_empty((folder / path).parent, folder)
    shutil.rmtree(pending)
    return True


def _remove_empty(start: Path, root: Path) -> None:
    while start != root and start.is_dir() and not any(start.iterdir()):
        start.rmdir()
        start = start.parent


def _write(path: Path, file: File) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.link is not None:
        path.symlink_to(file.link)
        return
    path.write_bytes(file.content)
    if file.executable:
        path.chmod(0o755)


@contextmanager
def _staging(parent: Path, name: str) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=parent))
    staged.chmod(0o777 & ~_umask())
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
