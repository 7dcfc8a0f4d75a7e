"""Reading a folder into a tree of files."""

import os
from collections.abc import Collection
from pathlib import Path

from skafu.scaffold import File, FileTree

PASSED_OVER = frozenset({".git", ".venv", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "node_modules"})
"""Folders that are nobody's source."""


def read_folder(folder: Path, *, without: Collection[str] = PASSED_OVER) -> FileTree:
    """Read every file and link below a folder.

    Args:
        folder: where to start.
        without: names of folders that are passed over at any depth.

    Raises:
        OSError: a file can't be read.
    """
    files: dict[str, File] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in without)
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in [*names, *links]:
            path = Path(parent) / name
            files[path.relative_to(folder).as_posix()] = read_file(path)
    return FileTree(files)


def read_file(path: Path) -> File:
    """Read one file or link as it stands."""
    if path.is_symlink():
        return File(b"", link=str(path.readlink()))
    return File(path.read_bytes(), executable=os.access(path, os.X_OK))
