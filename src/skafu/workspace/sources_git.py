"""Templates in git repositories: which version is meant, and the files of it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skafu.kernel.errors import NotFound, Unavailable
from skafu.scaffold import FileTree
from skafu.scaffold.formats import COPIER, format_of
from skafu.workspace.folders import read_folder

if TYPE_CHECKING:
    from packaging.version import Version

_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "advice.detachedHead=false")
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of one commit.

    Attributes:
        files: all of them, as a checkout shows them.
        description: the tag, or `git describe --tags --always`.
        commit: the full hash.
    """

    files: FileTree
    description: str
    commit: str


def is_repository_root(folder: Path) -> bool:
    """Whether a folder is the top of a working tree."""
    if not (folder / ".git").exists():
        return False
    try:
        return Path(_git("rev-parse", "--show-toplevel", at=folder)).resolve() == folder.resolve()
    except Unavailable:
        return False


def check_out(address: str, at: str | None = None, kind: str | None = None) -> Checkout:
    """Read the files of a repository at one place.

    Args:
        address: path or address of the repository.
        at: tag, branch or commit; without it the latest release when it is a Copier template, else the newest commit.
        kind: the format of the template, when it is known.

    Raises:
        NotFound: the repository has no such tag, branch or commit.
        Unavailable: git can't get the repository.
    """
    with tempfile.TemporaryDirectory(prefix="skafu-source-") as home:
        clone = Path(home, "template")
        with _working_tree(address):
            _git("clone", "--quiet", "--no-checkout", "--", address, str(clone), at=Path(home))
        wanted = at or _latest(clone, kind)
        commit = _resolved(clone, wanted, address)
        if wanted == "HEAD" and Path(address).is_dir():
            _take_drafts(clone, Path(address))
            commit = _git("rev-parse", "HEAD", at=clone)
        _git("checkout", "--quiet", "--force", commit, at=clone)
        if (clone / ".gitmodules").is_file():
            _git("submodule", "update", "--quiet", "--init", "--recursive", at=clone)
        description = _git("describe", "--tags", "--always", at=clone)
        return Checkout(read_folder(clone, without={".git"}), description, commit)


@contextmanager
def _working_tree(address: str) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise Unavailable(
            f"git can't read {address}: {error.message}", fix="check the address, and your rights"
        ) from error


def _latest(clone: Path, kind: str | None) -> str:
    try:
        tops = _git("ls-tree", "--name-only", "-z", "HEAD", at=clone).split("\0")
    except Unavailable:
        return "HEAD"
    if (kind or format_of(tops)) != COPIER:
        return "HEAD"
    releases = [(version, tag) for tag in _git("tag", at=clone).split() if (version := _release(tag))]
    return max(releases, key=lambda release: release[0])[1] if releases else "HEAD"


def _release(tag: str) -> "Version | None":
    from packaging.version import InvalidVersion, Version

    try:
        version = Version(tag)
    except InvalidVersion:
        return None
    return None if version.is_prerelease else version


def _resolved(clone: Path, wanted: str, address: str) -> str:
    for name in (wanted, f"origin/{wanted}"):
        if not wanted.startswith("-"):
            try:
                return _git("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", at=clone)
            except Unavailable:
                continue
    raise NotFound(f"{address} has no tag, branch or commit {wanted}", fix="look at `git ls-remote` of it")


def _take_drafts(clone: Path, folder: Path) -> None:
    """Commit, in the clone alone, what is not yet committed in a local folder, as Copier does."""
    if not (folder / ".git").exists() or not _git("status", "--porcelain", at=folder):
        return
    drafts = {"GIT_DIR": str(clone / ".git"), "GIT_WORK_TREE": str(folder.resolve())}
    _git("add", "--all", at=folder, env=drafts)
    _git("commit", "--quiet", "--no-verify", "--no-gpg-sign", "-m", "drafts of the template", at=folder, env=drafts)


def _git(*arguments: str, at: Path, env: dict[str, str] | None = None) -> str:
    """Run git without asking anybody for a password, and give what it says."""
    person = {f"GIT_{role}_{what}": "skafu" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    inherited = {
        name: value for name, value in os.environ.items() if not re.match("GIT_(DIR|WORK_TREE|INDEX_FILE)$", name)
    }
    try:
        done = subprocess.run(
            [shutil.which("git") or "git", *_QUIET, *arguments],
            cwd=at,
            env={**inherited, **person, "GIT_TERMINAL_PROMPT": "0", **(env or {})},
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise Unavailable("git is not installed", fix="install git, or give a folder or a zip") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"git {arguments[0]} took more than {_PATIENCE_SECONDS} seconds") from error
    if done.returncode:
        raise Unavailable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"git {arguments[0]} failed")
    return done.stdout.strip()
