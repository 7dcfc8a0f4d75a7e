"""What writing a new tree over an existing project means, path by path; nothing is written here."""

from collections.abc import Iterable
from pathlib import Path

from skafu.blueprint.lock import LOCK_PATH, Lock, LockedFile, digest, digest_of_file, is_event_sample, read_lock
from skafu.kernel.errors import Conflict
from skafu.scaffold import File, FileTree
from skafu.scaffold.kept_path import BASE_PATH
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import obstacle, read_file

BLUEPRINT = "skafu.yaml"
WRITTEN_BY_SKAFU = frozenset({LOCK_PATH, BASE_PATH})
"""Files that nobody edits: what the project was generated from."""


def compare(tree: FileTree, folder: Path, lock: Lock) -> Update:
    """Say what writing a tree over a project would do; nothing is written.

    Args:
        tree: the new tree, with its lock.
        folder: the project.
        lock: what the project was generated as.

    Raises:
        Conflict: a link or a folder stands where a file goes, or the project's blueprint was changed and another
            one is to be generated.
    """
    future = read_lock(tree[LOCK_PATH].content)
    _refuse_obstacles(tree, folder)
    _refuse_another_blueprint(tree, folder, lock)
    parts: dict[str, list[str]] = {name: [] for name in Update._fields}
    for path in sorted({*tree, *lock.files}):
        parts[_fate(folder, path, tree.get(path), lock.files.get(path), future.files.get(path))].append(path)
    return Update(**{name: tuple(paths) for name, paths in parts.items()})


def refuse_edited(update: Update) -> None:
    """Refuse to overwrite what was edited.

    Raises:
        Conflict: with the paths.
    """
    if update.edited:
        raise Conflict(
            "these generated files were edited by hand: " + ", ".join(update.edited),
            fix="merge both with skafu update, move the change into a file of yours, or overwrite them with --force",
        )


def _fate(folder: Path, path: str, new: File | None, before: LockedFile | None, after: LockedFile | None) -> str:
    now = read_file(folder / path) if _is_there(folder, path) else None
    if path == BLUEPRINT:
        return "keep" if now is None and new is None else _fate_of_blueprint(folder / path, new)
    owners = {one.owner for one in (before, after) if one}
    if now is None:
        gone_for_good = before and "yours" in owners and not is_event_sample(path)
        return "keep" if new is None or gone_for_good else "add"
    if now == new or "yours" in owners:
        return "keep"
    if path not in WRITTEN_BY_SKAFU and (before is None or digest_of_file(now.content, now.link) != before.sha256):
        return "keep" if "shared" in owners else "edited"
    return "remove" if new is None else "replace"


def _is_there(folder: Path, path: str) -> bool:
    target = folder / path
    return not obstacle(folder, path) and (target.is_symlink() or target.is_file())


def _fate_of_blueprint(path: Path, new: File | None) -> str:
    """The project's blueprint follows the one that is generated; it may be a link to a file elsewhere."""
    if not path.exists():
        return "add"
    return "keep" if new is None or path.read_bytes() == new.content else "replace"


def _refuse_obstacles(tree: Iterable[str], folder: Path) -> None:
    found = {place for path in tree if (place := obstacle(folder, path))}
    if found:
        raise Conflict(
            f"these links, folders or files in {folder} stand where the project goes: {', '.join(sorted(found))}",
            fix="move them away; Skafu writes through no link",
        )


def _refuse_another_blueprint(tree: FileTree, folder: Path, lock: Lock) -> None:
    path, locked = folder / BLUEPRINT, lock.files.get(BLUEPRINT)
    if BLUEPRINT not in tree or not path.is_file():
        return
    now = path.read_bytes()
    if now != tree[BLUEPRINT].content and (locked is None or digest(now) != locked.sha256):
        raise Conflict(
            f"{path} was changed since the project was generated, and it is not the blueprint given",
            fix="generate from it, or put the other one in its place yourself",
        )
