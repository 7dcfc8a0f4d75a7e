"""Templates whose code a local user trusts stand in a folder: tasks, migrations and extensions read files of theirs."""

import tempfile
from pathlib import Path

from skafu.scaffold import FileTree
from skafu.workspace.pending import write_files

_STANDING: list[tuple[FileTree, tempfile.TemporaryDirectory[str]]] = []


def standing(files: FileTree) -> Path:
    """Give a folder with the files of a template, the same one for the same files.

    Its code may read files beside it whenever it runs, so the folder stays as long as the process.
    """
    for known, home in _STANDING:
        if known is files:
            return Path(home.name)
    home = tempfile.TemporaryDirectory(prefix="skafu-trusted-")
    _STANDING.append((files, home))
    write_files(files, Path(home.name))
    return Path(home.name)
