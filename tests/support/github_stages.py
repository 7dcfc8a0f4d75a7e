"""A stage for each host: the host, and what other people do at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from skafu.contexts.github.adapters.commits import PERSON, Planned
from skafu.contexts.github.adapters.local_git.host import local_host
from skafu.contexts.github.adapters.local_git.place import LocalPlace, entries_at, head_of, write_commit
from skafu.contexts.github.adapters.memory import Kept, Made, MemoryPlace, memory_host
from skafu.contexts.github.domain.words import Status
from skafu.contexts.github.ports import Commit, Host, Hosted, PullRequestSeen, Remote
from skafu.kernel.identity import TenantId
from skafu.scaffold import File
from skafu.workspace.git_names import Entry, commit_oid, entries_of, tree_oid
from skafu.workspace.git_objects import file_of, reading
from skafu.workspace.git_process import git

ACME = TenantId("0197-acme")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FOREIGN = {"foreign.txt": File(b"not ours\n")}


class Stage(Protocol):
    """A host, and what others do at it."""

    runs_workflows: bool

    @property
    def host(self) -> Host:
        """The host."""

    def files(self, remote: Remote, branch: str) -> Mapping[str, File]:
        """What a branch holds."""

    def entries(self, remote: Remote, commit: str) -> Mapping[str, Entry]:
        """What a commit holds."""

    def commits(self, remote: Remote, branch: str) -> list[str]:
        """The commits of a branch, the newest first."""

    def foreign_commit(self, remote: Remote, branch: str) -> str:
        """Somebody else pushes."""

    def foreign_repository(self, remote: Remote) -> None:
        """Somebody else makes a repository."""

    def merge(self, remote: Remote, number: int) -> None:
        """Somebody takes a change."""

    def close(self, remote: Remote, number: int) -> None:
        """Somebody closes a change."""

    def go_on(self, remote: Remote, run_id: int, status: Status) -> None:
        """A run goes on."""


@dataclass
class MemoryStage:
    """In memory."""

    place: MemoryPlace
    host: Host
    runs_workflows = True

    def files(self, remote: Remote, branch: str) -> Mapping[str, File]:
        kept = self.place.get(remote)
        return kept.commits[kept.head(branch)].files

    def entries(self, remote: Remote, commit: str) -> Mapping[str, Entry]:
        return self.place.get(remote).commits[commit].entries

    def commits(self, remote: Remote, branch: str) -> list[str]:
        kept = self.place.get(remote)
        found, commit = [], kept.head(branch)
        while commit:
            found.append(commit)
            commit = kept.commits[commit].upon
        return found

    def foreign_commit(self, remote: Remote, branch: str) -> str:
        kept = self.place.get(remote)
        entries = entries_of(FOREIGN)
        oid = commit_oid(tree_oid(entries), kept.head(branch), PERSON, NOW, "mine\n")
        kept.commits[oid] = Made("mine\n", kept.head(branch), entries, FOREIGN)
        kept.branches[branch] = oid
        return oid

    def foreign_repository(self, remote: Remote) -> None:
        self.place.repositories[remote.tenant, remote.owner, remote.name] = _foreign()

    def merge(self, remote: Remote, number: int) -> None:
        kept = self.place.get(remote)
        kept.branches["main"] = next(opened.commit for _, opened in kept.proposals if opened.number == number)
        kept.ended[number] = PullRequestSeen("merged", NOW, kept.head("main"))

    def close(self, remote: Remote, number: int) -> None:
        self.place.get(remote).ended[number] = PullRequestSeen("closed", NOW)

    def go_on(self, remote: Remote, run_id: int, status: Status) -> None:
        kept = self.place.get(remote)
        kept.runs[run_id] = type(kept.runs[run_id])(status, NOW)


def _foreign() -> Kept:
    return Kept(Hosted("9", "memory://x", "memory://x", "main"), "somebody")


@dataclass
class LocalStage:
    """In a folder."""

    place: LocalPlace
    host: Host
    runs_workflows = False

    def files(self, remote: Remote, branch: str) -> Mapping[str, File]:
        folder = self.place.folder(remote)
        entries = entries_at(folder, head_of(folder, branch))
        with reading(folder) as reader:
            contents = reader.read(oid for _, oid in entries.values())
        return {path: file_of(mode, contents[oid]) for path, (mode, oid) in entries.items()}

    def entries(self, remote: Remote, commit: str) -> Mapping[str, Entry]:
        return entries_at(self.place.folder(remote), commit)

    def commits(self, remote: Remote, branch: str) -> list[str]:
        return git("rev-list", branch, at=self.place.folder(remote)).decode().split()

    def foreign_commit(self, remote: Remote, branch: str) -> str:
        folder = self.place.folder(remote)
        before = head_of(folder, branch)
        entries = entries_of(FOREIGN)
        oid = commit_oid(tree_oid(entries), before, PERSON, NOW, "mine\n")
        plan = Planned(entries, tree_oid(entries), "mine\n", oid)
        write_commit(folder, branch, plan, FOREIGN, Commit("mine\n", NOW, before), before)
        return oid

    def foreign_repository(self, remote: Remote) -> None:
        git("init", "--quiet", "--bare", str(self.place.folder(remote)))

    def merge(self, remote: Remote, number: int) -> None:
        folder = self.place.folder(remote)
        git("update-ref", "refs/heads/main", head_of(folder, self._branch(remote, number)), at=folder)

    def close(self, remote: Remote, number: int) -> None:
        git("update-ref", "-d", f"refs/heads/{self._branch(remote, number)}", at=self.place.folder(remote))

    def _branch(self, remote: Remote, number: int) -> str:
        folder = self.place.folder(remote)
        branches = git("for-each-ref", "--format=%(refname:short)", "refs/heads/skafu", at=folder).decode().split()
        return sorted(branches)[number - 1]

    def go_on(self, remote: Remote, run_id: int, status: Status) -> None:
        raise NotImplementedError


def memory_stage() -> MemoryStage:
    place = MemoryPlace(lambda: NOW)
    return MemoryStage(place, memory_host(place))


def local_stage(folder: Path) -> LocalStage:
    place = LocalPlace(folder, lambda: NOW)
    return LocalStage(place, local_host(place))
