"""GitHub, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import msgspec

from skafu.contexts.github.adapters.github.api import HEADERS, GitHubApi
from skafu.contexts.github.adapters.github.app import AppKey
from skafu.contexts.github.adapters.github.configuration import GitHubConfiguration
from skafu.contexts.github.adapters.github.contents import GitHubContents, GitHubPullRequests
from skafu.contexts.github.adapters.github.installations import GitHubInstallations
from skafu.contexts.github.adapters.github.repositories import GitHubRepositories
from skafu.contexts.github.adapters.github.surroundings import Surroundings
from skafu.contexts.github.adapters.github.workflows import GitHubWorkflows
from skafu.contexts.github.ports import Host

API: Final = "https://api.github.com"
WEBSITE: Final = "https://github.com"
_TIMES = httpx.Timeout(20.0, connect=5.0, pool=30.0)
_LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10)


class GitHub(msgspec.Struct, frozen=True):
    """What GitHub offers: a host, and its word on installations."""

    host: Host
    installations: GitHubInstallations


@asynccontextmanager
async def github(
    app: AppKey, surroundings: Surroundings, *, api: str = API, website: str = WEBSITE
) -> AsyncIterator[GitHub]:
    """Open GitHub for a GitHub App; the connections are closed in the end.

    Raises:
        Invalid: the key of the App can't be read.
    """
    secure = api.startswith("https:") or website.startswith("https:")
    async with httpx.AsyncClient(
        base_url=api, headers=HEADERS, timeout=_TIMES, limits=_LIMITS, verify=secure
    ) as client:
        door = GitHubApi(client, app, surroundings)
        host = Host(
            GitHubRepositories(door),
            GitHubContents(door),
            GitHubPullRequests(door),
            GitHubConfiguration(door),
            GitHubWorkflows(door),
        )
        yield GitHub(host, GitHubInstallations(client, app, website))
