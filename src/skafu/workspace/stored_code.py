"""Compiled templates below $SKAFU_HOME, so that the next process need not compile them again.

One file for each template, named by a digest of its files, of the engine, and of the Python that compiled it. Python
can't check byte code, so it is read only from a folder and a file that nobody but this user may write to.
"""

import hashlib
import importlib.util
import marshal
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import CodeType

import jinja2

import skafu
from skafu.scaffold import FileTree
from skafu.scaffold.shelf import Shelf
from skafu.workspace.single_file import write_whole
from skafu.workspace.template_digests import digest_of

_MAGIC = b"skafu code 2\n"
_DIGEST_BYTES = 32
_MOST_BYTES = 50_000_000
_MOST_FILES = 200


@contextmanager
def stored_code(files: FileTree, kind: str | None) -> Iterator[Shelf]:
    """Give the shelf of a template, and keep what was added to it.

    What can't be read, was damaged, or could have been written by somebody else is ignored; so is a disk that says no.

    Args:
        files: the template.
        kind: its format, when it could be of both.
    """
    path = _folder() / f"{_engine()}-{digest_of(files, kind)}"
    shelf = Shelf(_read(path))
    yield shelf
    if shelf.grew:
        with suppress(OSError):
            _write(path, shelf.codes)


def _folder() -> Path:
    return Path(os.environ.get("SKAFU_HOME") or Path.home() / ".cache" / "skafu") / "compiled"


@cache
def _engine() -> str:
    """Give a digest of all that decides what a text compiles to."""
    whole = hashlib.sha256(f"{skafu.__version__} {jinja2.__version__}".encode())
    whole.update(importlib.util.MAGIC_NUMBER)
    judge = importlib.util.find_spec("binaryornot")
    if judge is not None and judge.origin:
        whole.update(f"{judge.origin} {Path(judge.origin).stat().st_mtime_ns}".encode())
    engine = Path(skafu.__file__).parent / "scaffold"
    for entry in sorted([*os.scandir(engine), *os.scandir(engine / "bounds")], key=lambda one: one.path):
        if entry.name.endswith(".py"):
            found = entry.stat()
            whole.update(f"{entry.name} {found.st_size} {found.st_mtime_ns}".encode())
    return whole.hexdigest()[:16]


def _read(path: Path) -> dict[str, CodeType | bool]:
    try:
        if not _is_ours(path.parent.stat(follow_symlinks=False), stat.S_ISDIR):
            return {}
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as opened:
            found = os.fstat(descriptor)
            if not _is_ours(found, stat.S_ISREG) or found.st_size > _MOST_BYTES:
                return {}
            content = opened.read()
    except OSError:
        return {}
    start = len(_MAGIC) + _DIGEST_BYTES
    head, payload = content[:start], content[start:]
    if head != _MAGIC + hashlib.sha256(payload).digest():
        return {}
    read: dict[str, CodeType | bool] = marshal.loads(payload)  # noqa: S302 - whole, and written by this user's engine
    return read


def _is_ours(found: os.stat_result, is_kind: object) -> bool:
    """Tell whether nobody but this user may write to it."""
    return bool(
        callable(is_kind)
        and is_kind(found.st_mode)
        and found.st_uid == os.getuid()
        and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _write(path: Path, codes: dict[str, CodeType | bool]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_ours(path.parent.stat(follow_symlinks=False), stat.S_ISDIR):
        return
    payload = marshal.dumps(codes)
    if len(payload) > _MOST_BYTES:
        return
    write_whole(_MAGIC + hashlib.sha256(payload).digest() + payload, path, mode=0o600)
    kept = sorted(os.scandir(path.parent), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in kept[_MOST_FILES:]:
        Path(old.path).unlink(missing_ok=True)
