"""What an update changes, as a unified difference for people."""

import difflib
from pathlib import Path

from skafu.scaffold import File, FileTree
from skafu.workspace.folders import read_file
from skafu.workspace.project_folder import Update


def difference(tree: FileTree, folder: Path, update: Update) -> str:
    """The unified difference from the files in a folder to the ones of a new tree.

    Args:
        tree: the new tree.
        folder: the project.
        update: what `compare` said; what it keeps is not shown.
    """
    paths = sorted({*update.add, *update.replace, *update.remove, *update.edited})
    return "".join(_file_difference(path, _held(folder / path), tree.get(path)) for path in paths)


def _held(path: Path) -> File | None:
    return read_file(path) if path.is_file() or path.is_symlink() else None


def _file_difference(path: str, before: File | None, after: File | None) -> str:
    names = (f"a/{path}" if before else "/dev/null", f"b/{path}" if after else "/dev/null")
    try:
        old, new = ((file.content.decode() if file else "").splitlines(keepends=True) for file in (before, after))
    except UnicodeDecodeError:
        return f"Binary files {names[0]} and {names[1]} differ\n"
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in difflib.unified_diff(old, new, *names))
