"""The files that a proof is about: their digests, and a copy that checks may spoil."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from skafu.kernel.errors import Invalid

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

RECORD = "proof.json"
RECORD_FOR_PEOPLE = "PROOF.md"

_NOBODYS_SOURCE = frozenset(
    {
        ".git",
        ".venv",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".aws-sam",
    }
)
_MADE_BY_TOOLS = frozenset({RECORD, RECORD_FOR_PEOPLE, ".coverage", ".DS_Store", ".skafu/pending", ".skafu/update"})
_BUILD = frozenset({"build", "dist", "htmlcov"})
_PREFIX = "skafu-proof-"
_SECONDS_UNTIL_SWEPT = 600  # another container may share the folder, but not the process numbers


def files_of(project: Path) -> list[str]:
    """List the paths of a project's files, sorted, with slashes.

    Left out are the record itself, `.git`, environments, caches, build results, and what the project's `.gitignore`
    names: a clone of the repository has the same files.

    Raises:
        Invalid: a symbolic link leads out of the project.
    """
    ignored = _ignored(project)
    found = []
    for parent, folders, names in os.walk(project):
        prefix = "" if Path(parent) == project else f"{Path(parent).relative_to(project).as_posix()}/"
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and _is_source(prefix + name, ignored, folder=True)]
        found += [prefix + name for name in [*names, *links] if _is_source(prefix + name, ignored, folder=False)]
    for path in found:
        _refuse_a_way_out(project, path)
    return sorted(found)


def digests_of(project: Path) -> dict[str, str]:
    """Give path and SHA-256 (hex) of each file of a project; of a symbolic link the digest of where it leads.

    Raises:
        Invalid: a symbolic link leads out of the project.
    """
    return {path: hashlib.sha256(_content(project / path)).hexdigest() for path in files_of(project)}


@contextmanager
def copy_of(project: Path, files: Iterable[str]) -> Iterator[Path]:
    """Give a copy of some files of a project, with an empty folder `out` beside it; both are removed at the end.

    Copies left behind by a killed process are removed too.
    """
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        (home / "out").mkdir()
        for path in files:
            target = home / "project" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / path, target, follow_symlinks=False)
        yield home / "project"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _ignored(project: Path) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    rules = project / ".gitignore"
    return GitIgnoreSpec.from_lines(rules.read_text(errors="replace").splitlines() if rules.is_file() else [])


def _is_source(path: str, ignored: "GitIgnoreSpec", *, folder: bool) -> bool:
    name = path.rpartition("/")[2]
    if name in _NOBODYS_SOURCE or path in _MADE_BY_TOOLS or name.startswith(".coverage."):
        return False
    if path in _BUILD:
        return False
    return not ignored.match_file(f"{path}/" if folder else path)


def _refuse_a_way_out(project: Path, path: str) -> None:
    link = project / path
    if link.is_symlink() and not link.resolve().is_relative_to(project.resolve()):
        raise Invalid(f"{path} is a link that leads out of the project", fix="Put the file itself into the project.")


def _content(path: Path) -> bytes:
    return os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)) and _age(left) > _SECONDS_UNTIL_SWEPT:
            shutil.rmtree(left, ignore_errors=True)
