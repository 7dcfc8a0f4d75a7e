"""The platform with a fresh fake of GitHub for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from github_platform import GitHubPlatform, github_platform


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[GitHubPlatform]:
    async with github_platform(tmp_path) as opened:
        yield opened
