"""What an update changes, as a unified difference for people."""

import difflib
import io
from pathlib import Path

from skafu.scaffold import File, FileTree
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import read_file

NO_NEWLINE = "\\ No newline at end of file\n"


def difference(tree: FileTree, folder: Path, update: Update) -> str:
    """The unified difference from the files in a folder to the ones of a new tree.

    Args:
        tree: the new tree.
        folder: the project.
        update: what `compare` said; what it keeps is not shown.
    """
    paths = sorted({*update.add, *update.replace, *update.remove, *update.edited})
    return "".join(file_difference(path, _held(folder / path), tree.get(path)) for path in paths)


def _held(path: Path) -> File | None:
    return read_file(path) if path.is_file() or path.is_symlink() else None


def file_difference(path: str, before: File | None, after: File | None) -> str:
    """The unified difference of one file; None stands for no file."""
    names = (f"a/{path}" if before else "/dev/null", f"b/{path}" if after else "/dev/null")
    try:
        old, new = _lines(before), _lines(after)
    except UnicodeDecodeError:
        return f"Binary files {names[0]} and {names[1]} differ\n"
    lines = difflib.unified_diff(old, new, *names)
    return _mode(path, before, after) + "".join(
        line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}" for line in lines
    )


def _lines(file: File | None) -> list[str]:
    """Lines end at line feeds alone, as `patch` sees them; a link is the line of its target."""
    if file is None:
        return []
    text = file.content.decode() if file.link is None else f"link to {file.link}\n"
    return io.StringIO(text, newline="\n").readlines()


def _mode(path: str, before: File | None, after: File | None) -> str:
    if before is None or after is None or before.executable == after.executable:
        return ""
    return f"{path}: {'becomes executable' if after.executable else 'is no longer executable'}\n"
