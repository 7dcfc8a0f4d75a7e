"""What an update leaves behind until the next one: how everything was before, and the versions of what conflicts."""

import stat
from pathlib import Path

import msgspec

from skafu.blueprint.lock import digest_of_file
from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File, FileTree
from skafu.workspace.folders import is_safe, obstacle, read_file, read_folder
from skafu.workspace.pending import JOURNAL, PENDING, carry_out
from skafu.workspace.updating.plan import Prospect, files_standing
from skafu.workspace.updating.repository import repository_of

HOME = ".skafu/update"
RECORD = f"{HOME}/record.json"
IGNORE = f"{HOME}/.gitignore"
FORMAT = 1
_MARK = b"<<<<<<< "
_END = b">>>>>>> "


class Record(msgspec.Struct, frozen=True):
    """What an update did.

    Attributes:
        before: the version of the template before.
        after: the version of it now.
        head: the newest commit at that time; empty when there was none.
        wrote: each path that was written, with the digest of what was written.
        removed: each path that was removed.
        modes: permission bits of each file that was replaced or removed.
        conflicts: paths that people must decide about.
        format: version of this format.
        running: whether code of the template was still to run; everything that was there is kept then.
    """

    before: str
    after: str
    head: str
    wrote: dict[str, str]
    removed: tuple[str, ...]
    modes: dict[str, int]
    conflicts: tuple[str, ...]
    format: int = FORMAT
    running: bool = False


def begun_files(prospect: Prospect, before: FileTree, modes: dict[str, int]) -> dict[str, File]:
    """The files that remember an update which is about to run code: all that is there.

    Args:
        prospect: the update.
        before: the files of the project.
        modes: their permission bits.
    """
    head = prospect.repository.head if prospect.repository else ""
    record = Record(prospect.plan.before, prospect.plan.after, head, {}, (), modes, (), running=True)
    return _written(record) | {f"{HOME}/before/{path}": file for path, file in before.items()}


def record_files(prospect: Prospect, modes: dict[str, int] | None = None) -> dict[str, File]:
    """The files that remember an update: its record, what it replaces, and the versions of each conflict.

    Args:
        prospect: the update.
        modes: permission bits as they were; those of now when None.
    """
    ours, changes, merge = prospect.ours, prospect.changes, prospect.merge
    replaced = {path: ours[path] for path in changes if path in ours}
    record = Record(
        before=prospect.plan.before,
        after=prospect.plan.after,
        head=prospect.repository.head if prospect.repository else "",
        wrote={path: _digest(merge.tree[path]) for path in changes.write},
        removed=changes.remove,
        modes={
            path: modes[path] if modes is not None else _bits(prospect.folder / path)
            for path, file in replaced.items()
            if file.link is None
        },
        conflicts=tuple(one.path for one in merge.conflicts),
    )
    files = _written(record)
    files |= {f"{HOME}/before/{path}": file for path, file in replaced.items()}
    for one in merge.conflicts:
        versions = (("base", one.base), ("yours", one.ours), ("template", one.theirs))
        files |= {f"{HOME}/{name}/{one.path}": file for name, file in versions if file is not None}
    return files


def _written(record: Record) -> dict[str, File]:
    return {RECORD: File(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"), IGNORE: File(b"*\n")}


def restore(folder: Path, before: FileTree, modes: dict[str, int], *, made: FileTree) -> None:
    """Bring all files of a project back, and forget the update.

    Args:
        folder: the project.
        before: the files that were there.
        modes: their permission bits.
        made: the files that are there now; those that were not there go.
    """
    changed = tuple(path for path, file in before.items() if made.get(path) != file)
    gone = [path for path in made if path not in before]
    carry_out(folder, before, write=changed, remove=(*gone, *old_record_files(folder)))
    for path, bits in modes.items():
        (folder / path).chmod(bits)


def old_record_files(folder: Path) -> list[str]:
    """The files that remember an earlier update."""
    home = folder / HOME
    if obstacle(folder, RECORD) or not home.is_dir():
        return []
    return [f"{HOME}/{path}" for path in read_folder(home)]


def record_of(folder: Path) -> Record | None:
    """What the last update did; None when nothing is remembered.

    Raises:
        Invalid: the record is damaged.
    """
    if obstacle(folder, RECORD) or not (folder / RECORD).is_file():
        return None
    try:
        record = msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
    except msgspec.DecodeError as error:
        raise Invalid(f"{folder / RECORD} can't be read: {error}", fix=f"remove {folder / HOME}") from error
    if wrong := [one for one in (*record.wrote, *record.removed, *record.modes) if not is_safe(one)]:
        raise Invalid(
            f"{folder / RECORD} names {wrong[0]!r}, which is no path of a project", fix=f"remove {folder / HOME}"
        )
    return record


def refuse_unfinished(folder: Path) -> None:
    """Refuse to begin an update while marks of the last one are still there.

    Raises:
        Conflict: with the files; or the last update was interrupted, and nothing has finished it yet.
    """
    if not obstacle(folder, f"{PENDING}/{JOURNAL}") and (folder / PENDING / JOURNAL).is_file():
        raise Conflict(
            f"an update of {folder} was interrupted", fix="finish it by an update that writes, or go back with --abort"
        )
    record = record_of(folder)
    if record is not None and record.running:
        raise Conflict(
            f"an update of {folder} was interrupted while code of the template ran", fix="go back with --abort"
        )
    marked = [path for path in record.conflicts if _is_marked(folder / path)] if record else []
    if marked:
        raise Conflict(
            f"an update is not finished yet: conflicts are marked in {', '.join(marked)}",
            fix="decide about them, or go back with --abort",
        )


def abort(folder: Path, *, head: str) -> tuple[str, ...]:
    """Go back to how everything was before the last update.

    What was edited since the update is kept below `.skafu/aborted`, so that nothing is lost.

    Args:
        folder: the project.
        head: the newest commit now; empty when there is none.

    Returns:
        The paths that were edited since.

    Raises:
        Conflict: there is no update to go back from, it was committed since, or something stands in the way.
    """
    record = record_of(folder)
    if record is None:
        raise Conflict(f"{folder} has no update to go back from", fix="an update on a branch goes with the branch")
    if record.head != head:
        raise Conflict(
            f"{folder} has new commits since the update", fix="go back with git, such as git revert or git reset"
        )
    before = dict(read_folder(folder / HOME / "before")) if (folder / HOME / "before").is_dir() else {}
    if record.running:
        standing = files_standing(folder, repository_of(folder), before)
        record = msgspec.structs.replace(record, wrote=dict.fromkeys(standing, ""))
    edited = {path: file for path, file in _edited(folder, record).items() if before.get(path) != file}
    aside = {f".skafu/aborted/{path}": file for path, file in edited.items()}
    write = {**before, **aside}
    made = [path for path in record.wrote if path not in before and not obstacle(folder, path)]
    if blocked := [place for path in before if (place := obstacle(folder, path)) and place not in made]:
        raise Conflict(f"{', '.join(blocked)} stands in the way of what was there", fix="move it away")
    carry_out(folder, FileTree(write), write=tuple(write), remove=(*made, *old_record_files(folder)))
    for path, bits in record.modes.items():
        if path in before:
            (folder / path).chmod(bits)
    return tuple(edited)


def _edited(folder: Path, record: Record) -> dict[str, File]:
    """What is there and is not what the update wrote."""
    paths = [path for path in (*record.wrote, *record.removed) if not obstacle(folder, path)]
    there = [path for path in paths if (folder / path).is_symlink() or (folder / path).is_file()]
    files = {path: read_file(folder / path) for path in there}
    return {path: file for path, file in files.items() if _digest(file) != record.wrote.get(path)}


def _digest(file: File) -> str:
    return digest_of_file(file.content, file.link)


def _bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _is_marked(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    lines = path.read_bytes().splitlines()
    return any(line.startswith(_MARK) for line in lines) and any(line.startswith(_END) for line in lines)
