"""What the GitHub App must be allowed to do, and nothing more."""

from collections.abc import Mapping
from typing import Final

NEEDED: Final[Mapping[str, str]] = {
    "actions": "write",
    "actions_variables": "write",
    "administration": "write",
    "contents": "write",
    "deployments": "read",
    "metadata": "read",
    "pull_requests": "write",
    "secrets": "write",
    "workflows": "write",
}

_RANK: Final = ("", "read", "write", "admin")


def missing(given: Mapping[str, str]) -> list[str]:
    """The permissions that are needed and were not given, as `name: level`."""
    return [f"{name}: {level}" for name, level in NEEDED.items() if _rank(given.get(name, "")) < _rank(level)]


def _rank(level: str) -> int:
    return _RANK.index(level) if level in _RANK else 0
