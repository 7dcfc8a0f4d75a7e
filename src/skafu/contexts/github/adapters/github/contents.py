"""Pushes and proposals at GitHub: a commit is written whole, then one branch points to it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from skafu.contexts.github.adapters.commits import Planned, changes, planned
from skafu.contexts.github.adapters.github.answers import HostFails, HostRefuses
from skafu.contexts.github.adapters.github.api import GitHubApi
from skafu.contexts.github.adapters.github.objects import Before, GitHubObjects, check_paths, commit_at
from skafu.contexts.github.adapters.github.repositories import START, path_of
from skafu.contexts.github.adapters.github.settling import settled
from skafu.contexts.github.adapters.github.sightings import seen_of
from skafu.contexts.github.ports import (
    Commit,
    Files,
    HeadMoved,
    Opened,
    Proposal,
    PullRequestSeen,
    Pushed,
    Remote,
)
from skafu.kernel.errors import NotFound, Unavailable


class Branches:
    """Where the branches of repositories point to."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self.api = api

    async def head(self, remote: Remote, branch: str) -> str:
        """The commit of a branch; empty when there is none.

        Raises:
            NotFound: there is no such repository.
        """
        path = f"{path_of(remote)}/git/ref/heads/{quote(branch)}"
        answer = await self.api.call(remote.installation, "GET", path, accepts=(404, 409))
        if answer.status == 200:
            return str(answer.body["object"]["sha"])
        found = await settled(self.api, lambda: self._exists(remote), bool)
        if not found:
            raise NotFound(f"there is no repository {remote.owner}/{remote.name} that the GitHub App can see")
        return ""

    async def _exists(self, remote: Remote) -> bool:
        answer = await self.api.call(remote.installation, "GET", path_of(remote), accepts=(404,))
        return answer.status == 200

    async def is_start(self, remote: Remote, commit: str) -> bool:
        """Whether a commit is the one that GitHub begins a repository with."""
        found = await commit_at(self.api, remote, commit)
        return found["message"] == START and not found["parents"]

    async def point(self, remote: Remote, branch: str, commit: str, before: str, *, replacing: bool) -> None:
        """Let a branch point to a commit that follows the one before, or that takes its place.

        Raises:
            HeadMoved: it points elsewhere by now.
        """
        if before:
            path = f"{path_of(remote)}/git/refs/heads/{quote(branch)}"
            body: dict[str, Any] = {"sha": commit, "force": replacing}
            answer = await self.api.call(remote.installation, "PATCH", path, body=body, accepts=(422,))
        else:
            body = {"ref": f"refs/heads/{branch}", "sha": commit}
            path = f"{path_of(remote)}/git/refs"
            answer = await self.api.call(remote.installation, "POST", path, body=body, repeatable=True, accepts=(422,))
        if answer.status == 422:
            now = await settled(self.api, lambda: self.head(remote, branch), lambda seen: seen == commit)
            if now != commit:
                raise moved(remote, branch)


def moved(remote: Remote, branch: str) -> HeadMoved:
    """The error that says that others were faster."""
    return HeadMoved(
        f"somebody else pushed to {branch} of {remote.owner}/{remote.name}", fix="propose the change as a pull request"
    )


class GitHubContents:
    """Fills the port `Contents`."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._branches = Branches(api)
        self._objects = GitHubObjects(api)

    async def push(self, remote: Remote, branch: str, files: Files, commit: Commit) -> Pushed:
        """Make files the next commit of a branch."""
        check_paths(files)
        plan = planned(remote, files, commit)
        head = await self._settled_head(remote, branch, commit, plan.oid)
        before = await self._objects.before(remote, commit.upon)
        if head != plan.oid:
            replacing = head != commit.upon
            if replacing and (commit.upon or not await self._branches.is_start(remote, head)):
                raise moved(remote, branch)
            await self._write(remote, branch, files, commit, plan, head, before, replacing=replacing)
        return Pushed(plan.oid, len(changes(before.entries, plan.entries)))

    async def _settled_head(self, remote: Remote, branch: str, commit: Commit, planned_oid: str) -> str:
        """Before the first push, GitHub's own first commit is there: a branch that is missing is not seen yet."""
        expected = {commit.upon, planned_oid} if commit.upon else set[str]()
        return await settled(
            self._branches.api,
            lambda: self._branches.head(remote, branch),
            lambda seen: seen in expected if expected else seen != "",
        )

    async def _write(
        self,
        remote: Remote,
        branch: str,
        files: Files,
        commit: Commit,
        plan: Planned,
        head: str,
        before: Before,
        *,
        replacing: bool,
    ) -> None:
        await self._objects.write(remote, plan, files, commit, before)
        await self._branches.point(remote, branch, plan.oid, head, replacing=replacing)


class GitHubPullRequests:
    """Fills the port `PullRequests`."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._api = api
        self._branches = Branches(api)
        self._objects = GitHubObjects(api)

    async def open(self, remote: Remote, base: str, files: Files, proposal: Proposal) -> Opened:
        """Propose files as a change, or find the proposal that an earlier try has made."""
        check_paths(files)
        plan = planned(remote, files, proposal.commit)
        opened = await self._earlier(remote, proposal.branch)
        if opened is None:
            await self._bring_branch(remote, files, proposal, plan)
            opened = await self._propose(remote, base, proposal)
        if opened.commit != plan.oid:
            raise HeadMoved(f"branch {proposal.branch} holds something else", fix="propose it under a new id")
        return opened

    async def _bring_branch(self, remote: Remote, files: Files, proposal: Proposal, plan: Planned) -> None:
        head = await self._branches.head(remote, proposal.branch)
        if head == plan.oid:
            return
        if head:
            raise HeadMoved(f"branch {proposal.branch} holds something else", fix="propose it under a new id")
        before = await self._objects.before(remote, proposal.commit.upon)
        await self._objects.write(remote, plan, files, proposal.commit, before)
        await self._branches.point(remote, proposal.branch, plan.oid, "", replacing=False)

    async def _propose(self, remote: Remote, base: str, proposal: Proposal) -> Opened:
        body = {
            "title": proposal.title,
            "body": proposal.body,
            "head": proposal.branch,
            "base": base,
            "maintainer_can_modify": True,
        }
        path = f"{path_of(remote)}/pulls"
        try:
            answer = await self._api.call(remote.installation, "POST", path, body=body)
        except (HostFails, HostRefuses) as error:
            return await self._after_trouble(remote, proposal.branch, error)
        return _opened(answer.body)

    async def _after_trouble(self, remote: Remote, branch: str, error: Unavailable | HostRefuses) -> Opened:
        """It may be there although no answer said so: look."""
        found = await settled(self._api, lambda: self._earlier(remote, branch), lambda seen: seen is not None)
        if found is None:
            raise error
        return found

    async def _earlier(self, remote: Remote, branch: str) -> Opened | None:
        head = quote(f"{remote.owner}:{branch}", safe="")
        path = f"{path_of(remote)}/pulls?state=all&head={head}&per_page=1"
        answer = await self._api.call(remote.installation, "GET", path)
        return _opened(answer.body[0]) if answer.body else None

    async def look(self, remote: Remote, number: int) -> PullRequestSeen:
        """Where a pull request stands."""
        answer = await self._api.call(remote.installation, "GET", f"{path_of(remote)}/pulls/{number}")
        return seen_of(answer.body)


def _opened(found: Mapping[str, Any]) -> Opened:
    return Opened(found["number"], found["html_url"], found["head"]["sha"])
