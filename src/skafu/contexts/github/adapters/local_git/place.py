"""Where the bare repositories stand, and what git does in them."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from skafu.contexts.github.adapters.commits import PERSON, Planned
from skafu.contexts.github.ports import Commit, Files, HeadMoved, Remote
from skafu.kernel.errors import NotFound, Unavailable
from skafu.kernel.identity import Clock
from skafu.workspace.git_import import quoted
from skafu.workspace.git_names import Entry
from skafu.workspace.git_objects import content_of, mode_of, reading
from skafu.workspace.git_process import GitFailed, git

T = TypeVar("T")

BRANCH = "main"
_OURS = "skafu.repository"
_NOTHING = "0" * 40


class LocalPlace(msgspec.Struct, frozen=True):
    """A folder of bare repositories, one folder in it for each tenant.

    Attributes:
        root: the folder.
        clock: the present moment, for what git itself has no time of.
    """

    root: Path
    clock: Clock

    def folder(self, remote: Remote) -> Path:
        """Where a repository stands or would stand."""
        tenant = quote(remote.tenant, safe="").replace(".", "%2E")
        return self.root / tenant / f"{remote.name}.git"

    def existing(self, remote: Remote) -> Path:
        """Where a repository stands.

        Raises:
            NotFound: there is none of this name.
        """
        folder = self.folder(remote)
        if not folder.is_dir():
            raise NotFound(f"there is no repository {remote.name!r} in {folder.parent}")
        return folder


async def in_thread(work: Callable[[], T]) -> T:
    """Let blocking work happen beside the event loop.

    Raises:
        Unavailable: the disk does not take or give what is asked.
    """
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise Unavailable(f"the folder of repositories can't be used: {error}", fix="look at the disk") from error


def make(folder: Path, repository_id: str, description: str) -> None:
    """Make a bare repository of ours: whole, or not at all. One that somebody made at the same time stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as name:
        new = Path(name) / "repository"
        git("init", "--quiet", "--bare", f"--initial-branch={BRANCH}", "--template=", str(new))
        git("config", "core.fsync", "committed", at=new)
        git("config", _OURS, repository_id, at=new)
        (new / "description").write_text(f"{description}\n")
        try:
            new.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    _settle(folder.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_away(folder: Path) -> None:
    """Remove a repository: at once for everybody who looks."""
    with tempfile.TemporaryDirectory(prefix=".old-", dir=folder.parent) as name:
        folder.rename(Path(name) / "repository")
        _settle(folder.parent)
        shutil.rmtree(Path(name) / "repository")


def maker_of(folder: Path) -> str:
    """Our id of the repository, as it says itself; empty when it is not ours."""
    try:
        return git("config", "--get", _OURS, at=folder).decode().strip()
    except GitFailed:
        return ""


def head_of(folder: Path, branch: str) -> str:
    """The commit of a branch; empty when there is none."""
    said = git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}", at=folder)
    return said.decode().strip()


def messages_of(folder: Path) -> list[str]:
    """The messages of all commits that anything leads to."""
    said = git("log", "--all", "--format=%B%x00", at=folder).decode(errors="replace")
    return [each for each in said.split("\0") if each.strip()]


def entries_at(folder: Path, commit: str) -> dict[str, Entry]:
    """The files of a commit; none when there is no commit."""
    if not commit:
        return {}
    tree = git("rev-parse", f"{commit}^{{tree}}", at=folder).decode().strip()
    with reading(folder) as reader:
        return reader.files_below([tree])[tree]


def write_commit(folder: Path, branch: str, plan: Planned, files: Files, commit: Commit, before: str) -> None:
    """Make a commit and let a branch point to it.

    Raises:
        HeadMoved: the branch does not stand where it did.
        Unavailable: git did not make the commit that was planned.
    """
    incoming = f"refs/skafu/incoming/{plan.oid}"
    git("fast-import", "--quiet", "--force", at=folder, given=_stream(incoming, plan, files, commit))
    made = git("rev-parse", incoming, at=folder).decode().strip()
    if made != plan.oid:
        raise Unavailable(f"git made commit {made} where {plan.oid} was expected", fix="check the version of git")
    try:
        git("update-ref", f"refs/heads/{branch}", plan.oid, before or _NOTHING, at=folder)
    except GitFailed as error:
        if head_of(folder, branch) != before:
            raise HeadMoved(f"somebody else pushed to {branch}", fix="propose the change instead") from error
        raise
    git("update-ref", "-d", incoming, at=folder)


def _stream(ref: str, plan: Planned, files: Files, commit: Commit) -> bytes:
    message = plan.message.encode()
    who = f"{PERSON} {int(commit.at.timestamp())} +0000".encode()
    head = [b"commit %s\ncommitter %s\ndata %d\n" % (ref.encode(), who, len(message)), message, b"\n"]
    upon = [b"from %s\n" % commit.upon.encode()] if commit.upon else []
    lines = [
        b"M %s inline %s\ndata %d\n%s\n"
        % (mode_of(file).encode(), quoted(path), len(content_of(file)), content_of(file))
        for path, file in files.items()
    ]
    return b"".join([*head, *upon, b"deleteall\n", *lines])
