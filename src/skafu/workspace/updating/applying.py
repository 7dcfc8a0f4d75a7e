"""Writing what an update gives: into the folder, whole or not at all, or onto a branch."""

from pathlib import Path

from skafu.kernel.errors import Conflict
from skafu.scaffold import File, FileTree
from skafu.workspace.folders import obstacle, read_file
from skafu.workspace.pending import carry_out
from skafu.workspace.updating.plan import Prospect
from skafu.workspace.updating.record import old_record_files, record_files


def apply(prospect: Prospect) -> None:
    """Write the merged tree into the folder, and what `abort` needs to go back.

    It happens as one: whatever is interrupted is finished by the next run.

    Raises:
        Conflict: a file was changed since it was merged; nothing is written.
        OSError: the disk says no; nothing has changed.
    """
    if not prospect.changes:
        return
    folder, changes = prospect.folder, prospect.changes
    _refuse_changed_meanwhile(prospect)
    remembered = record_files(prospect)
    forgotten = [path for path in old_record_files(folder) if path not in remembered]
    files = FileTree({**{path: prospect.merge.tree[path] for path in changes.write}, **remembered})
    carry_out(folder, files, write=tuple(files), remove=(*changes.remove, *forgotten))


def _refuse_changed_meanwhile(prospect: Prospect) -> None:
    changed = [path for path in prospect.changes if _now(prospect.folder, path) != prospect.ours.get(path)]
    if changed:
        raise Conflict(f"these files were changed just now: {', '.join(changed[:5])}", fix="run the update again")


def _now(folder: Path, path: str) -> File | None:
    target = folder / path
    is_there = not obstacle(folder, path) and (target.is_symlink() or target.is_file())
    return read_file(target) if is_there else None


def commit_to_branch(prospect: Prospect, branch: str) -> str:
    """Commit the merged tree to a new branch upon the newest commit; the working tree stays as it is.

    Returns:
        The commit.

    Raises:
        Conflict: there is such a branch, or git does not know who you are.
        Invalid: it is no name of a branch.
    """
    repository = prospect.repository
    if repository is None:
        raise Conflict(f"{prospect.folder} is in no git repository", fix="leave --branch out, or git init and commit")
    repository.refuse_branch(branch)
    written = {path: prospect.merge.tree[path] for path in prospect.changes.write}
    return repository.commit(branch, _message(prospect), written, prospect.changes.remove)


def _message(prospect: Prospect) -> str:
    lines = [f"build: update from {prospect.plan.before} to {prospect.plan.after}"]
    if conflicts := prospect.merge.conflicts:
        lines += ["", "Conflicts to decide about:", "", *(f"- {one.path}: {one.message}" for one in conflicts)]
    return "\n".join(lines) + "\n"
