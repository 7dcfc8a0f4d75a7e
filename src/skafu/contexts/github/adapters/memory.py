"""The host in memory: the twin of all others, for tests and for trying things out."""

from dataclasses import dataclass, field

from skafu.contexts.github.adapters.commits import Planned, changes, is_ours, planned
from skafu.contexts.github.domain.words import LeftOut, Protection, Sighting
from skafu.contexts.github.ports import (
    Commit,
    Dispatch,
    Files,
    HeadMoved,
    Host,
    Hosted,
    NameTaken,
    Opened,
    Proposal,
    PullRequestSeen,
    Pushed,
    Remote,
    Removal,
    Run,
    Secret,
)
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import Clock
from skafu.workspace.git_names import Entry

Place = tuple[str, str, str]


@dataclass(frozen=True)
class Made:
    """A commit that was made."""

    message: str
    upon: str
    entries: dict[str, Entry]
    files: Files


@dataclass
class Kept:
    """A repository in memory."""

    hosted: Hosted
    maker: str
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Made] = field(default_factory=dict)
    proposals: list[tuple[Proposal, Opened]] = field(default_factory=list)
    ended: dict[int, PullRequestSeen] = field(default_factory=dict)
    protected: dict[str, Protection] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    runs: dict[int, Sighting] = field(default_factory=dict)
    deployments: dict[int, Sighting] = field(default_factory=dict)

    def head(self, branch: str) -> str:
        """The commit of a branch; empty when there is none."""
        return self.branches.get(branch, "")

    def add(self, plan: Planned, commit: Commit, files: Files) -> None:
        """Keep a commit."""
        self.commits[plan.oid] = Made(plan.message, commit.upon, plan.entries, dict(files))


class MemoryPlace:
    """The repositories of a host in memory."""

    def __init__(self, clock: Clock) -> None:
        """Start with none."""
        self.clock = clock
        self.repositories: dict[Place, Kept] = {}
        self.last = 0

    def number(self) -> int:
        """A number that was not given before."""
        self.last += 1
        return self.last

    def get(self, remote: Remote) -> Kept:
        """A repository.

        Raises:
            NotFound: there is none of this name.
        """
        found = self.repositories.get(_place(remote))
        if found is None:
            raise NotFound(f"there is no repository {remote.name!r}")
        return found


def _place(remote: Remote) -> Place:
    return remote.tenant, remote.owner, remote.name


class _Repositories:
    def __init__(self, place: MemoryPlace) -> None:
        self._place = place

    async def create(self, remote: Remote, *, private: bool, description: str) -> Hosted:
        del private, description
        found = self._place.repositories.get(_place(remote))
        if found is not None and found.maker != remote.repository_id:
            raise NameTaken(f"there is a repository {remote.name!r} already", fix="choose another name")
        if found is None:
            address = f"memory://{'/'.join(_place(remote))}"
            found = Kept(Hosted(str(self._place.number()), address, address, "main"), remote.repository_id)
            self._place.repositories[_place(remote)] = found
        return found.hosted

    async def find(self, remote: Remote) -> Hosted | None:
        found = self._place.repositories.get(_place(remote))
        return found.hosted if found else None

    async def remove(self, remote: Remote) -> Removal:
        found = self._place.repositories.get(_place(remote))
        if found is None:
            return Removal(gone=True)
        if found.maker != remote.repository_id:
            return Removal(gone=False, reason="it was not made by us", ours=False)
        if not all(is_ours(each.message, remote.repository_id) for each in found.commits.values()):
            return Removal(gone=False, reason="it holds commits of others")
        del self._place.repositories[_place(remote)]
        return Removal(gone=True)


class _Contents:
    def __init__(self, place: MemoryPlace) -> None:
        self._place = place

    async def push(self, remote: Remote, branch: str, files: Files, commit: Commit) -> Pushed:
        kept = self._place.get(remote)
        plan = planned(remote, files, commit)
        before = kept.commits[commit.upon].entries if commit.upon in kept.commits else {}
        head = kept.head(branch)
        if head not in {commit.upon, plan.oid}:
            raise HeadMoved(f"somebody else pushed to {branch} of {remote.name!r}", fix="propose the change instead")
        if head != plan.oid:
            kept.add(plan, commit, files)
            kept.branches[branch] = plan.oid
        return Pushed(plan.oid, len(changes(before, plan.entries)))


class _PullRequests:
    def __init__(self, place: MemoryPlace) -> None:
        self._place = place

    async def open(self, remote: Remote, base: str, files: Files, proposal: Proposal) -> Opened:
        del base
        kept = self._place.get(remote)
        plan = planned(remote, files, proposal.commit)
        for earlier, opened in kept.proposals:
            if earlier.branch == proposal.branch:
                if opened.commit != plan.oid:
                    raise HeadMoved(f"branch {proposal.branch} holds something else", fix="propose it under a new id")
                return opened
        kept.add(plan, proposal.commit, files)
        kept.branches[proposal.branch] = plan.oid
        number = self._place.number()
        opened = Opened(number, f"{kept.hosted.address}/pull/{number}", plan.oid)
        kept.proposals.append((proposal, opened))
        return opened

    async def look(self, remote: Remote, number: int) -> PullRequestSeen:
        kept = self._place.get(remote)
        if all(opened.number != number for _, opened in kept.proposals):
            raise NotFound(f"there is no pull request {number} in {remote.name!r}")
        return kept.ended.get(number) or PullRequestSeen("open", self._place.clock())


class _Configuration:
    def __init__(self, place: MemoryPlace) -> None:
        self._place = place

    async def protect(self, remote: Remote, branch: str, protection: Protection) -> LeftOut | None:
        self._place.get(remote).protected[branch] = protection
        return None

    async def set_variable(self, remote: Remote, name: str, value: str) -> LeftOut | None:
        self._place.get(remote).variables[name] = value
        return None

    async def set_secret(self, remote: Remote, name: str, value: Secret) -> None:
        self._place.get(remote).secrets[name] = value


class _Workflows:
    def __init__(self, place: MemoryPlace) -> None:
        self._place = place

    async def dispatch(self, remote: Remote, dispatch: Dispatch) -> Run:
        kept = self._place.get(remote)
        started = [
            run_id
            for run_id, run in kept.runs.items()
            if run.seen_at >= dispatch.asked_at and run_id not in dispatch.known
        ]
        run_id = started[0] if started else self._place.number()
        if not started:
            kept.runs[run_id] = Sighting("waiting", self._place.clock())
        return Run(run_id, f"{kept.hosted.address}/runs/{run_id}")

    async def look_at_run(self, remote: Remote, run_id: int) -> Sighting:
        return _known(self._place.get(remote).runs, run_id, "run")

    async def look_at_deployment(self, remote: Remote, number: int) -> Sighting:
        return _known(self._place.get(remote).deployments, number, "deployment")


def _known(sightings: dict[int, Sighting], number: int, what: str) -> Sighting:
    if number not in sightings:
        raise NotFound(f"there is no {what} {number}")
    return sightings[number]


def memory_host(place: MemoryPlace) -> Host:
    """A host in memory."""
    return Host(_Repositories(place), _Contents(place), _PullRequests(place), _Configuration(place), _Workflows(place))
