"""GitHub's adapter with the fake behind it, a clock that waiting moves, and what other people do there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from github_fake import CLIENT, CLIENT_SECRET, KEY, SLUG, FakeGitHub, fake_github
from github_people import close, merge, status_of
from github_stages import FOREIGN
from github_world import Stored, moment

from skafu.contexts.github.adapters.commits import PERSON
from skafu.contexts.github.adapters.github.app import AppKey
from skafu.contexts.github.adapters.github.host import GitHub, github
from skafu.contexts.github.adapters.github.surroundings import Surroundings
from skafu.contexts.github.domain.words import Status
from skafu.contexts.github.ports import Host, Remote, Secret
from skafu.scaffold import File
from skafu.workspace.git_names import Entry, entries_of
from skafu.workspace.git_objects import content_of, file_of

APP = AppKey(CLIENT, Secret(KEY.as_pem(private=True).decode()), SLUG, Secret(CLIENT_SECRET))


@dataclass
class MovingClock:
    """A clock that only waiting moves."""

    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class GitHubStage:
    """At the fake."""

    fake: FakeGitHub
    opened: GitHub
    clock: MovingClock
    runs_workflows = True

    @property
    def host(self) -> Host:
        return self.opened.host

    def repo(self, remote: Remote) -> Stored:
        return self.fake.world.repositories[f"{remote.owner}/{remote.name}"]

    def files(self, remote: Remote, branch: str) -> Mapping[str, File]:
        repo = self.repo(remote)
        entries = self.entries(remote, repo.refs[f"refs/heads/{branch}"])
        return {path: file_of(mode, repo.blobs[oid]) for path, (mode, oid) in entries.items()}

    def entries(self, remote: Remote, commit: str) -> Mapping[str, Entry]:
        repo = self.repo(remote)
        return repo.trees[repo.commits[commit].tree]

    def commits(self, remote: Remote, branch: str) -> list[str]:
        repo = self.repo(remote)
        return repo.history(repo.refs[f"refs/heads/{branch}"])

    def foreign_commit(self, remote: Remote, branch: str) -> str:
        repo = self.repo(remote)
        name = f"refs/heads/{branch}"
        before = [repo.refs[name]] if name in repo.refs else []
        for (_, oid), file in zip(entries_of(FOREIGN).values(), FOREIGN.values(), strict=True):
            repo.blobs[oid] = content_of(file)
        repo.refs[name] = repo.put_commit(repo.put_tree(entries_of(FOREIGN)), before, PERSON, self.clock(), "mine\n")
        return repo.refs[name]

    def foreign_repository(self, remote: Remote) -> None:
        self.fake.world.make(remote.owner, remote.name, description="somebody's")

    def merge(self, remote: Remote, number: int) -> None:
        merge(self.fake.world, self.repo(remote), number)

    def close(self, remote: Remote, number: int) -> None:
        close(self.fake.world, self.repo(remote), number)

    def go_on(self, remote: Remote, run_id: int, status: Status) -> None:
        run = self.repo(remote).runs[run_id]
        over = {"succeeded": "success", "failed": "timed_out"}.get(status)
        run |= {"status": "completed" if over else "in_progress", "conclusion": over}
        run["updated_at"] = moment(self.clock())

    def deploy(self, remote: Remote, number: int, *states: str) -> None:
        """A deployment with these statuses, the oldest first."""
        self.repo(remote).deployments[number] = [status_of(self.fake.world, each) for each in states]


@asynccontextmanager
async def github_stage() -> AsyncIterator[GitHubStage]:
    clock = MovingClock()
    around = Surroundings(clock, clock.sleep, lambda: 0.5)
    with fake_github(clock) as fake:
        async with github(APP, around, api=fake.address, website=fake.address) as opened:
            yield GitHubStage(fake, opened, clock)
