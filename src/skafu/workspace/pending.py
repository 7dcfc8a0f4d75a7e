"""Changes of a folder that happen as one: staged below `.skafu/pending` with a journal, then carried out.

The rename to `.skafu/pending` is the moment at which the change is decided. Whatever is interrupted later is finished
by the next run (`recover`), so a folder is never half changed for long.
"""

import fcntl
import json
import os
import secrets
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File, FileTree
from skafu.workspace.folders import is_safe, obstacle

HOME = ".skafu"
PENDING = f"{HOME}/pending"
JOURNAL = "journal.json"
STAGED = ".staged-"
CACHE = "__pycache__"


class _Journal(NamedTuple):
    write: tuple[str, ...]
    remove: tuple[str, ...]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one who changes a folder.

    Raises:
        Conflict: another process is at it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _take(handle, folder)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict(f"another Skafu is writing to {folder}", fix="wait until it has ended") from None


@contextmanager
def disk_errors_name(folder: Path) -> Iterator[None]:
    """Let errors of the disk name the folder that people know, not the place where its content is staged."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(folder)) from error


def carry_out(folder: Path, tree: FileTree, *, write: Collection[str], remove: Collection[str] = ()) -> None:
    """Change a folder: all of it, or nothing.

    Args:
        folder: what to change.
        tree: holds the files to write.
        write: their paths.
        remove: paths of files that go, and with them the folders that are empty then.

    Raises:
        OSError: the disk says no; nothing has changed.
    """
    with disk_errors_name(folder):
        _decide(folder, tree, write, remove)
        try:
            recover(folder)
        except KeyboardInterrupt:
            recover(folder)
            raise


def _decide(folder: Path, tree: FileTree, write: Collection[str], remove: Collection[str]) -> None:
    home = folder / HOME
    is_new = not home.exists()
    home.mkdir(exist_ok=True)
    try:
        with staging(home) as staged:
            write_files({path: tree[path] for path in write}, staged / "files")
            _keep_permissions(folder, {path: tree[path] for path in write}, staged / "files")
            (staged / JOURNAL).write_bytes(json.dumps(_Journal(tuple(write), tuple(remove))._asdict()).encode())
            staged.rename(folder / PENDING)
    except BaseException:
        if is_new:
            with suppress(OSError):
                home.rmdir()
        raise


def recover(folder: Path) -> bool:
    """Finish a change that was interrupted, and remove what was only staged; say whether there was one to finish.

    Raises:
        Conflict: a link, folder or file stands in the way by now.
        Invalid: the journal is damaged.
    """
    _remove_staged(folder / HOME)
    pending = folder / PENDING
    if obstacle(folder, f"{PENDING}/{JOURNAL}") or not pending.is_dir():
        return False
    journal = _journal(pending / JOURNAL)
    if journal is None:
        _remove_pending(pending)
        return False
    for path in journal.remove:
        if not obstacle(folder, path):
            (folder / path).unlink(missing_ok=True)
            _remove_empty((folder / path).parent, folder)
    for path in journal.write:
        staged, target = pending / "files" / path, folder / path
        if staged.exists() or staged.is_symlink():
            if place := obstacle(folder, path):
                raise Conflict(
                    f"an update of {folder} was interrupted, and {place} stands in its way",
                    fix="move it away and run this again",
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
    (pending / JOURNAL).unlink()
    _remove_pending(pending)
    return True


def _remove_pending(pending: Path) -> None:
    shutil.rmtree(pending)
    with suppress(OSError):
        pending.parent.rmdir()


def _remove_staged(home: Path) -> None:
    """Remove what was staged by somebody who was stopped before it was decided."""
    if home.is_symlink() or not home.is_dir():
        return
    for staged in home.glob(f"{STAGED}*"):
        shutil.rmtree(staged)
    if not any(home.iterdir()):
        home.rmdir()


def _journal(path: Path) -> _Journal | None:
    if not path.is_file():
        return None
    try:
        read = json.loads(path.read_bytes())
        journal = _Journal(_paths(read["write"]), _paths(read["remove"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(
            f"{path} can't be read: {error}", fix="remove its folder; the update is then done again"
        ) from error
    if wrong := [one for one in (*journal.write, *journal.remove) if not is_safe(one)]:
        raise Invalid(f"{path} names {wrong[0]!r}, which is no path of a project", fix="remove its folder")
    return journal


def _paths(read: object) -> tuple[str, ...]:
    if not isinstance(read, list) or not all(isinstance(one, str) for one in read):
        raise TypeError("it holds no lists of paths")
    return tuple(read)


def _remove_empty(start: Path, root: Path) -> None:
    """Remove a folder and the ones above it as long as they are empty; what Python cached there counts as nothing."""
    while start != root and start.is_dir() and {one.name for one in start.iterdir()} <= {CACHE}:
        shutil.rmtree(start / CACHE, ignore_errors=True)
        start.rmdir()
        start = start.parent


def write_files(files: dict[str, File] | FileTree, folder: Path) -> None:
    """Write files into a folder that is nobody else's."""
    made: set[Path] = set()
    for path, file in files.items():
        target = folder / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        if file.link is not None:
            target.symlink_to(file.link)
            continue
        target.write_bytes(file.content)
        if file.executable:
            mode = target.stat().st_mode
            target.chmod(mode | (mode & 0o444) >> 2)


def _keep_permissions(folder: Path, files: Mapping[str, File], staged: Path) -> None:
    """Give a staged file the permissions of the one that it replaces; whether it is executable is its own matter."""
    for path, file in files.items():
        target = folder / path
        if file.link is None and target.is_file() and not target.is_symlink():
            bits = stat.S_IMODE(target.stat().st_mode)
            if bool(bits & 0o100) != file.executable:
                bits = bits | (bits & 0o444) >> 2 if file.executable else bits & ~0o111
            (staged / path).chmod(bits)


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """Give a new folder beside where its content goes; what is still there in the end is removed.

    Raises:
        OSError: nothing can be written there.
    """
    staged = parent / f"{STAGED}{secrets.token_hex(8)}"
    try:
        staged.mkdir()
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)
