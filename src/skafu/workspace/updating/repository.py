"""The git repository that a project stands in, if it stands in one; the project may be a folder of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File
from skafu.workspace.git_import import quoted
from skafu.workspace.git_objects import content_of, file_of, mode_of, reading
from skafu.workspace.git_process import GitFailed, git

_STATUS = ("--porcelain=v2", "--branch", "--untracked-files=no", "-z")
_FIELDS = {"1 ": 8, "2 ": 9, "u ": 10}
"""How many fields stand before the path of an entry (https://git-scm.com/docs/git-status#_porcelain_format_version_2)."""
_NO_REPOSITORY = ("not a git repository", "must be run in a work tree")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a project stands in a repository.

    Attributes:
        folder: the project.
        prefix: the project's path from the top, with a slash at its end; empty at the top.
        head: the newest commit; empty when there is none yet.
        dirty: paths of the project with changes that are not committed.
        unmerged: paths of the project in the middle of a merge.
    """

    folder: Path
    prefix: str
    head: str
    dirty: tuple[str, ...]
    unmerged: tuple[str, ...]

    def others(self) -> list[str]:
        """The paths of all files of the project that are known to git or not ignored by it."""
        said = _run(self.folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return [path for path in dict.fromkeys(said.split("\0")) if path]

    def committed(self) -> "Committed":
        """The project as it was last committed.

        Raises:
            Conflict: nothing was committed yet.
        """
        if not self.head:
            raise Conflict(f"{self.folder} has no commit yet", fix="commit, or leave --branch out")
        try:
            tree = _run(self.folder, "rev-parse", "--verify", "--quiet", f"HEAD:{self.prefix}").strip()
        except GitFailed as error:
            raise Conflict(f"{self.folder} was never committed", fix="commit it, or leave --branch out") from error
        with reading(self.folder, own_settings=True) as reader:
            return Committed(self.folder, reader.files_below([tree])[tree])

    def refuse_branch(self, name: str) -> None:
        """Refuse the name of a branch that is none, or taken.

        Raises:
            Invalid: it is no name of a branch.
            Conflict: there is such a branch.
        """
        try:
            _run(self.folder, "check-ref-format", "--branch", name)
        except GitFailed as error:
            raise Invalid(f"{name!r} is no name for a branch", fix="choose another one") from error
        if _run(self.folder, "for-each-ref", f"refs/heads/{name}"):
            raise Conflict(
                f"there is a branch {name} already", fix=f"choose another one, or remove it: git branch -D {name}"
            )

    def commit(self, branch: str, message: str, files: dict[str, File], removed: Iterable[str]) -> str:
        """Make a branch of one commit upon the newest one; the working tree stays as it is.

        Args:
            branch: its name.
            message: of the commit.
            files: path within the project to what is written.
            removed: paths that go.

        Returns:
            The commit.
        """
        stream = [_commit_head(branch, self._committer(), message.encode(), self.head)]
        stream += [b"D " + quoted(self.prefix + path) + b"\n" for path in removed]
        for path, file in files.items():
            content = content_of(file)
            stream.append(f"M {mode_of(file)} inline ".encode() + quoted(self.prefix + path) + b"\n")
            stream.append(b"data %d\n" % len(content) + content + b"\n")
        git("fast-import", "--quiet", at=self.folder, given=b"".join(stream) + b"done\n", own_settings=True)
        return _run(self.folder, "rev-parse", f"refs/heads/{branch}").strip()

    def _committer(self) -> bytes:
        try:
            return _run(self.folder, "var", "GIT_COMMITTER_IDENT").strip().encode()
        except GitFailed as error:
            raise Conflict(
                "git does not know who you are", fix="git config user.name NAME; git config user.email ADDRESS"
            ) from error


@dataclass(frozen=True, slots=True)
class Committed:
    """The files of a commit, read when they are asked for."""

    folder: Path
    known: dict[str, tuple[str, str]]

    def read(self, paths: Iterable[str]) -> dict[str, File]:
        """Read those of some paths that are there."""
        wanted = {path: self.known[path] for path in paths if path in self.known}
        with reading(self.folder, own_settings=True) as reader:
            contents = reader.read(oid for _, oid in wanted.values())
        return {path: file_of(mode, contents[oid]) for path, (mode, oid) in wanted.items()}


def repository_of(folder: Path) -> Repository | None:
    """The repository that a folder stands in; None when it stands in none.

    Raises:
        Unavailable: git can't say.
    """
    try:
        prefix = _run(folder, "rev-parse", "--show-prefix").removesuffix("\n")
    except GitFailed as error:
        if any(words in error.said for words in _NO_REPOSITORY):
            return None
        raise
    head, entries = _status(_run(folder, "status", *_STATUS, "--", "."))
    dirty, unmerged = (
        tuple(path.removeprefix(prefix) for kind, path in entries if (kind == "u") == wanted)
        for wanted in (False, True)
    )
    return Repository(folder, prefix, head, dirty, unmerged)


def _status(said: str) -> tuple[str, list[tuple[str, str]]]:
    """Take apart what `git status --porcelain=v2` says: the newest commit, and each changed path with its kind."""
    head = ""
    entries = []
    fields = iter(said.split("\0"))
    for entry in fields:
        if entry.startswith("# branch.oid ") and not entry.endswith("(initial)"):
            head = entry.rpartition(" ")[2]
        elif entry[:2] in _FIELDS:
            entries.append((entry[0], entry.split(" ", _FIELDS[entry[:2]])[-1]))
            if entry[0] == "2":
                next(fields)
    return head, entries


def _commit_head(branch: str, committer: bytes, message: bytes, parent: str) -> bytes:
    return (
        b"feature done\ncommit refs/heads/%s\ncommitter %s\n" % (branch.encode(), committer)
        + b"data %d\n%s\n" % (len(message), message)
        + b"from %s\n" % parent.encode()
    )


def _run(folder: Path, *words: str) -> str:
    return git(*words, at=folder, own_settings=True).decode(errors="surrogateescape")
