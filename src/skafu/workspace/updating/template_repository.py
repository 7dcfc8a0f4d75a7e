"""The git repository of a template: which versions it has, and the files of one, read without a checkout."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import InvalidVersion, Version

from skafu.kernel.errors import Conflict, NotFound, Unavailable
from skafu.scaffold import FileTree
from skafu.workspace.git_objects import file_of, reading
from skafu.workspace.git_process import GitFailed, git
from skafu.workspace.pending import alone
from skafu.workspace.repository_addresses import address_of_repository
from skafu.workspace.sources_git import check_out

NEWEST = "HEAD"


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template.

    Attributes:
        name: its tag, or `git describe --tags --always`.
        commit: the full hash.
        files: the files of the template.
        without: files that were left out.
    """

    name: str
    commit: str
    files: FileTree = field(compare=False)
    without: tuple[str, ...] = ()

    def leaving_out(self, path: str) -> "TemplateVersion":
        """The same version without one of its files."""
        files = FileTree({one: file for one, file in self.files.items() if one != path})
        return TemplateVersion(self.name, self.commit, files, (*self.without, path))


@dataclass(frozen=True, slots=True)
class TemplateRepository:
    """A repository on this machine: the template's own, or a copy of one elsewhere.

    Attributes:
        folder: where it is.
        notices: what people should know.
        is_own: whether it is the user's own, a folder of this machine, and not a copy of a stranger's.
    """

    folder: Path
    notices: tuple[str, ...] = ()
    is_own: bool = True

    def latest(self) -> str:
        """The tag of the latest release; the newest commit when there is none."""
        released = [(version, tag) for tag in self._git("tag").split() if (version := release(tag))]
        return max(released, key=lambda one: one[0])[1] if released else NEWEST

    def commit_of(self, name: str) -> str | None:
        """The commit of a tag, a branch, a description or a hash; None when there is none."""
        for one in (name, f"origin/{name}"):
            with suppress(GitFailed):
                return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{one}^{{commit}}").strip()
        return None

    def at(self, name: str) -> TemplateVersion:
        """Read one version.

        Raises:
            NotFound: there is no such version.
        """
        commit = self.commit_of(name)
        if commit is None:
            raise NotFound(f"the template has no version {name}", fix=f"choose one of: {self._some_tags()}")
        known = name if release(name) else self._git("describe", "--tags", "--always", commit).strip()
        return TemplateVersion(known, commit, self._files(commit))

    def _files(self, commit: str) -> FileTree:
        with reading(self.folder, own_settings=True) as reader:
            tree = reader.read([commit])[commit].split(maxsplit=2)[1].decode()
            known = reader.files_below([tree])[tree]
            if ".gitmodules" in known:
                # Files of other repositories are only there in a checkout.
                return check_out(str(self.folder), commit).files
            contents = reader.read(oid for _, oid in known.values())
        return FileTree({path: file_of(mode, contents[oid]) for path, (mode, oid) in known.items()})

    def _some_tags(self) -> str:
        tags = sorted(self._git("tag").split(), key=lambda tag: release(tag) or Version("0"), reverse=True)
        return ", ".join(tags[:8]) or "its branches and commits"

    def _git(self, *words: str) -> str:
        return git(*words, at=self.folder, own_settings=True).decode(errors="surrogateescape")


def release(tag: str) -> Version | None:
    """The version that a tag stands for; None for a tag that is no release."""
    with suppress(InvalidVersion):
        version = Version(tag)
        return None if version.is_prerelease else version
    return None


@contextmanager
def template_repository(address: str, project: Path) -> Iterator[TemplateRepository]:
    """Give the repository of a template.

    A repository elsewhere is copied once, and brought up to date each time; when that fails, the copy serves.

    Args:
        address: as the answers file remembers it.
        project: a path that does not start at the root is sought from here as well.

    Raises:
        NotFound: there is no such folder.
        Conflict: it is no git repository, or somebody else is just copying it.
        Unavailable: git can't get it.
    """
    if (elsewhere := address_of_repository(address)) and not Path(elsewhere).is_dir():
        yield _copy(elsewhere)
        return
    for folder in (Path(address).expanduser(), project / address):
        if folder.is_dir():
            yield _local(folder.resolve(), address)
            return
    raise NotFound(
        f"the template {address} is not there any more",
        fix="write where it is now to _src_path in the answers file",
    )


def _local(folder: Path, address: str) -> TemplateRepository:
    try:
        git("rev-parse", "--git-dir", at=folder, own_settings=True)
    except GitFailed as error:
        raise Conflict(
            f"the template {address} is no git repository, so there is no former version to compare with: {error.said}",
            fix="keep the template in git, with a tag for each version",
        ) from error
    return TemplateRepository(folder)


def _copy(address: str) -> TemplateRepository:
    home = Path(os.environ.get("SKAFU_HOME") or Path.home() / ".cache" / "skafu") / "templates"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / hashlib.sha256(address.encode()).hexdigest()[:24]
    with alone(home):
        if not (folder / "HEAD").exists():
            _clone(address, folder)
            return TemplateRepository(folder, is_own=False)
        try:
            git("fetch", "--quiet", "--prune", "--force", "origin", "+refs/*:refs/*", at=folder, own_settings=True)
        except GitFailed as error:
            words = error.said.splitlines()[-1] if error.said else "git says no"
            notice = f"{address} can't be reached ({words}); its last copy is used"
            return TemplateRepository(folder, (notice,), is_own=False)
        return TemplateRepository(folder, is_own=False)


def _clone(address: str, folder: Path) -> None:
    part = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        git("clone", "--quiet", "--mirror", "--", address, str(part / "copy"), own_settings=True)
        (part / "copy").rename(folder)
    except GitFailed as error:
        raise Unavailable(f"git can't get {address}: {error.said}", fix="check the address, and your rights") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
