"""GitHub on loopback for each test."""

from collections.abc import AsyncIterator

import pytest
from github_opened import GitHubStage, github_stage


@pytest.fixture
async def stage() -> AsyncIterator[GitHubStage]:
    async with github_stage() as opened:
        yield opened
