"""Proving what an update gave: the folder as it is now, or a copy of what is on the branch."""

import tempfile
from pathlib import Path

from skafu.entrypoints.cli.prove_command import report, say
from skafu.proof.progress import Step
from skafu.scaffold import FileTree
from skafu.workspace.pending import write_files
from skafu.workspace.updating import Prospect


def prove_result(found: Prospect, *, on_branch: bool, quiet: bool) -> bool:
    """Prove the result of an update, and say whether it is proven.

    Args:
        found: the update.
        on_branch: whether the result stands on a branch, and so a copy of it is proven.
        quiet: whether nothing is printed.
    """
    if not on_branch or not found.changes:
        return _proven(found.folder, quiet=quiet)
    with tempfile.TemporaryDirectory(prefix="skafu-branch-") as name:
        copy = Path(name, found.folder.resolve().name)
        write_files(_whole(found), copy)
        return _proven(copy, quiet=quiet)


def _whole(found: Prospect) -> FileTree:
    """All committed files of the project, with the update."""
    committed = found.repository.committed() if found.repository else None
    files = committed.read(committed.known) if committed else dict(found.ours)
    kept = {path: file for path, file in files.items() if path not in found.changes.remove}
    return FileTree({**kept, **found.merge.tree})


def _proven(folder: Path, *, quiet: bool) -> bool:
    from skafu.proof.runner import prove

    proof = prove(folder, progress=_silence if quiet else say)
    if not quiet:
        report(folder, proof)
    return proof.proven


def _silence(step: Step) -> None:
    """Say nothing: the output is for a program."""
    del step
