"""Small projects with a lock, as the generator would have made them."""

import os
from collections.abc import Mapping
from pathlib import Path

from skafu.blueprint.lock import LOCK_PATH, Lock, LockedFile, Owner, digest, digest_of_file, write_lock
from skafu.scaffold import File, FileTree

YOURS = ("skafu.yaml", "rules.py")
SHARED = ("README.md",)


def project(files: Mapping[str, str | bytes | File]) -> FileTree:
    """A tree with its lock: `skafu.yaml` and `*rules.py` are yours, `README.md` is shared, the rest is generated."""
    made = {path: _file(one) for path, one in files.items()}
    locked = {path: LockedFile(digest_of_file(one.content, one.link), _owner(path)) for path, one in made.items()}
    lock = Lock("system", "t", "a", digest(made["skafu.yaml"].content) if "skafu.yaml" in made else "", "ruff", locked)
    return FileTree({**made, LOCK_PATH: File(write_lock(lock))})


def _file(content: str | bytes | File) -> File:
    if isinstance(content, File):
        return content
    return File(content.encode() if isinstance(content, str) else content)


def _owner(path: str) -> Owner:
    if path.endswith(YOURS):
        return "yours"
    return "shared" if path in SHARED else "generated"


def everything(folder: Path) -> dict[str, str]:
    """What is in a folder, folders and links included: path to content, with a mark for what is no plain file."""
    found: dict[str, str] = {}
    for parent, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(parent, name)
            found[path.relative_to(folder).as_posix()] = _seen(path)
    return found


def _seen(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    if path.is_dir():
        return "folder"
    mark = "#x " if path.stat().st_mode & 0o100 else ""
    return mark + path.read_text(errors="replace")
