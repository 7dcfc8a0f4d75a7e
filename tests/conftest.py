"""Fixtures that several folders of tests share, and the order of all."""

from pathlib import Path

import pytest

pytest_plugins = ["postgres_databases"]

FIRST = Path(__file__).parent / "integration" / "processes"
"""Lives are forked from the process that tests them, some hundred times: it is smallest in the beginning."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST not in item.path.parents)
