"""A running platform with projects and quick stand-ins for what takes long."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from platform_under_test import Running, platform_of
from quick_project_part import QuickProjects


@pytest.fixture
def quick() -> QuickProjects:
    return QuickProjects()


@pytest.fixture
async def running(tmp_path: Path, quick: QuickProjects) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[quick]) as running:
        yield running
