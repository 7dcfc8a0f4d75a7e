"""GitHub's reads may be behind its writes for some seconds: who misses something looks again."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from skafu.contexts.github.adapters.github.api import GitHubApi

T = TypeVar("T")

_LOOKS: Final = (1.0, 2.0, 4.0)
"""Seconds between looks."""


async def settled(api: GitHubApi, look: Callable[[], Awaitable[T]], is_right: Callable[[T], bool]) -> T:
    """Look until something is right, or long enough; gives what was seen last."""
    seen = await look()
    for seconds in _LOOKS:
        if is_right(seen):
            break
        await api.around.sleep(seconds)
        seen = await look()
    return seen
