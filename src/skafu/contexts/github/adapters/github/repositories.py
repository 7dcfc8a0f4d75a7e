"""Repositories at GitHub: made for an organisation, known as ours by a mark, taken back while nobody else works there.

The mark stands in the description, which is set in the one call that makes a repository; when people have changed it,
the trailer of our commits says whose it is.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from skafu.contexts.github.adapters.commits import is_ours
from skafu.contexts.github.adapters.github.answers import Answer, HostFails
from skafu.contexts.github.adapters.github.api import GitHubApi
from skafu.contexts.github.adapters.github.settling import settled
from skafu.contexts.github.ports import Hosted, NameTaken, NotOffered, Remote, Removal
from skafu.kernel.errors import Unavailable

_LONGEST_DESCRIPTION: Final = 350
_MOST_BRANCHES: Final = 50

Fields = Mapping[str, Any]


def path_of(remote: Remote) -> str:
    """Where a repository stands in the API."""
    return f"/repos/{remote.owner}/{remote.name}"


def marked(description: str, repository_id: str) -> str:
    """A description with our mark, short enough for GitHub."""
    mark = f"[skafu:{repository_id}]"
    words = "".join(each if each.isprintable() else " " for each in description)
    return f"{words[: _LONGEST_DESCRIPTION - len(mark) - 1].strip()} {mark}".strip()


class GitHubRepositories:
    """Fills the port `Repositories`."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._api = api

    async def create(self, remote: Remote, *, private: bool, description: str) -> Hosted:
        """Make a repository, or find the one that an earlier try has made."""
        found = await self._get(remote)
        if found is None:
            found = await self._make(remote, private=private, description=marked(description, remote.repository_id))
        if found is None or not await self._is_ours(remote, found):
            raise NameTaken(
                f"{remote.owner}/{remote.name} is at GitHub already and was not made for this project",
                fix="choose another name, or rename that repository",
            )
        return _hosted(found)

    async def _make(self, remote: Remote, *, private: bool, description: str) -> Fields | None:
        """The first commit is GitHub's: its API can't write to an empty repository. The first push replaces it."""
        body = {
            "name": remote.name,
            "description": description,
            "private": private,
            "auto_init": True,
            "delete_branch_on_merge": True,
        }
        path = f"/orgs/{remote.owner}/repos"
        try:
            answer = await self._api.call(remote.installation, "POST", path, body=body, accepts=(404, 422))
        except HostFails as error:
            return await self._after_silence(remote, error)
        if answer.status == 404:
            raise NotOffered(
                f"{remote.owner} is no organisation that the GitHub App may make repositories in",
                fix="use an organisation: GitHub lets no App make repositories for a person",
            )
        return await self._made_or_there(remote, answer)

    async def _made_or_there(self, remote: Remote, answer: Answer) -> Fields | None:
        if answer.status == 422:
            return await settled(self._api, lambda: self._get(remote), lambda seen: seen is not None)
        made: Fields = answer.body
        return made

    async def _after_silence(self, remote: Remote, error: Unavailable) -> Fields:
        """Nobody knows whether it was made: look."""
        found = await settled(self._api, lambda: self._get(remote), lambda seen: seen is not None)
        if found is None:
            raise error
        return found

    async def find(self, remote: Remote) -> Hosted | None:
        """The repository of this name."""
        found = await self._get(remote)
        return None if found is None else _hosted(found)

    async def _get(self, remote: Remote) -> Fields | None:
        answer = await self._api.call(remote.installation, "GET", path_of(remote), accepts=(404,))
        return answer.body if answer.status == 200 else None

    async def _is_ours(self, remote: Remote, found: Fields) -> bool:
        if f"[skafu:{remote.repository_id}]" in (found["description"] or ""):
            return True
        path = f"{path_of(remote)}/commits?per_page=1"
        newest = await self._api.call(remote.installation, "GET", path, accepts=(404, 409))
        commits = newest.body if newest.status == 200 else []
        return any(is_ours(each["commit"]["message"], remote.repository_id) for each in commits)

    async def remove(self, remote: Remote) -> Removal:
        """Take it back, if it is ours alone."""
        found = await self._get(remote)
        if found is None:
            return Removal(gone=True)
        if not await self._is_ours(remote, found):
            return Removal(gone=False, reason="it was not made by us", ours=False)
        reason = await self._why_keep(remote, found)
        if reason:
            return Removal(gone=False, reason=reason)
        await self._api.call(remote.installation, "DELETE", path_of(remote), accepts=(404,))
        return Removal(gone=True)

    async def _why_keep(self, remote: Remote, found: Fields) -> str:
        if found["forks_count"] or found["open_issues_count"]:
            return "it has forks, issues or pull requests"
        tags = await self._api.call(remote.installation, "GET", f"{path_of(remote)}/tags?per_page=1")
        if tags.body:
            return "it has tags"
        branches = [
            each["name"]
            async for each in self._api.pages(remote.installation, f"{path_of(remote)}/branches?per_page=100")
        ]
        if len(branches) > _MOST_BRANCHES:
            return f"it has {len(branches)} branches"
        for branch in branches:
            if not await self._holds_only_ours(remote, branch):
                return f"branch {branch} holds commits of others"
        return ""

    async def _holds_only_ours(self, remote: Remote, branch: str) -> bool:
        path = f"{path_of(remote)}/commits?sha={quote(branch, safe='')}&per_page=100"
        commits = [each["commit"]["message"] async for each in self._api.pages(remote.installation, path)]
        untouched = commits == [START]
        return untouched or all(is_ours(each, remote.repository_id) for each in commits)


START: Final = "Initial commit"
"""The message of the commit that GitHub begins a repository with."""


def _hosted(found: Fields) -> Hosted:
    return Hosted(str(found["id"]), found["html_url"], found["clone_url"], found["default_branch"])
