"""Updates of projects that Skafu generated: the base is what they keep, the rules are what their lock says."""

from pathlib import Path

from skafu.blueprint.lock import LOCK_PATH, Lock, digest_of_file, read_lock
from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import BASE_PATH, Rules, matching, unpacked
from skafu.workspace.folders import is_safe, obstacle, read_file
from skafu.workspace.updates import BLUEPRINT, WRITTEN_BY_SKAFU
from skafu.workspace.updating.plan import Plan

SHORT = 12


def plan_of_skafu(folder: Path, lock: Lock, theirs: FileTree) -> Plan:
    """Plan the update of a generated project.

    Args:
        folder: the project.
        lock: what it was generated from.
        theirs: what its blueprint makes now, with its lock.

    Raises:
        Invalid: what the project keeps is damaged.
    """
    future = read_lock(theirs[LOCK_PATH].content)
    base = _base(folder, lock)
    locked = {**lock.files, **future.files}
    yours = frozenset(path for path, file in locked.items() if file.owner == "yours") - {BLUEPRINT}
    if (folder / BLUEPRINT).is_symlink():
        # It stands elsewhere, and what is generated from it is what stands there.
        base, theirs = (_without_blueprint(tree) for tree in (base, theirs))
    rules = Rules(keep=matching(paths=yours), template=matching(paths={*WRITTEN_BY_SKAFU, BLUEPRINT}))
    unknown = sorted(path for path in lock.files if path not in base and path not in yours)
    notices = [f"how {path} was generated is not kept; its differences are shown as conflicts" for path in unknown]
    return Plan("skafu", _version(lock), _version(future), base, theirs, rules, tuple(notices))


def _without_blueprint(tree: FileTree) -> FileTree:
    return FileTree({path: file for path, file in tree.items() if path != BLUEPRINT})


def _version(lock: Lock) -> str:
    return f"{lock.template} {lock.template_digest[:SHORT]}, blueprint {lock.blueprint_digest[:SHORT]}"


def _base(folder: Path, lock: Lock) -> FileTree:
    """The files as they were generated: kept ones, and for older projects those that nobody edited."""
    found: dict[str, File] = {}
    if not obstacle(folder, BASE_PATH) and (folder / BASE_PATH).is_file():
        kept = unpacked((folder / BASE_PATH).read_bytes())
        found |= {path: file for path, file in kept.items() if _is_locked(path, file, lock)}
    for path in lock.files:
        if path not in found and (now := _now(folder, path)) is not None and _is_locked(path, now, lock):
            found[path] = now
    for path in WRITTEN_BY_SKAFU:
        if (now := _now(folder, path)) is not None:
            found[path] = now
    return FileTree(found)


def _is_locked(path: str, file: File, lock: Lock) -> bool:
    return path in lock.files and digest_of_file(file.content, file.link) == lock.files[path].sha256


def _now(folder: Path, path: str) -> File | None:
    target = folder / path
    if not is_safe(path) or obstacle(folder, path) or not (target.is_symlink() or target.is_file()):
        return None
    return read_file(target)
