"""Reading a folder into a tree of files, and where in it a file may be written."""

import os
from collections.abc import Collection
from pathlib import Path

from skafu.kernel.errors import Invalid
from skafu.scaffold import File, FileTree
from skafu.scaffold.tree import path_problem

PASSED_OVER = frozenset({".git", ".venv", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "node_modules"})
"""Folders that are nobody's source."""


def read_folder(folder: Path, *, without: Collection[str] = PASSED_OVER, most: int | None = None) -> FileTree:
    """Read every file and link below a folder.

    Args:
        folder: where to start.
        without: names of folders that are passed over at any depth.
        most: how many files there may be; nothing is read when there are more.

    Raises:
        Invalid: there are too many files.
        OSError: a folder or a file can't be read.
    """
    paths: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in without)
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        paths += [Path(parent) / name for name in (*names, *links)]
        if most is not None and len(paths) > most:
            raise Invalid(f"{folder} holds more than {most} files", fix="give the folder of the template alone")
    return FileTree({path.relative_to(folder).as_posix(): read_file(path) for path in paths})


def _raise(error: OSError) -> None:
    raise error


def read_file(path: Path) -> File:
    """Read one file or link as it stands.

    Raises:
        OSError: it can't be read.
    """
    if path.is_symlink():
        return File(b"", link=str(path.readlink()))
    return File(path.read_bytes(), executable=bool(path.stat().st_mode & 0o100))


def is_safe(path: str) -> bool:
    """Whether a path stays below its root, and out of what belongs to git."""
    return not path_problem(path) and ".git" not in path.casefold().split("/")


def obstacle(root: Path, path: str) -> str:
    """What keeps a file from standing at a path below a root: a link or a file on the way, no file at its end.

    Returns:
        The path of what is in the way; empty when nothing is.
    """
    parts = path.split("/")
    for depth in range(1, len(parts)):
        place = root.joinpath(*parts[:depth])
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return "/".join(parts[:depth])
    target = root / path
    return path if target.exists() and not target.is_file() and not target.is_symlink() else ""
