"""Three-way merging of trees as far as it is pure: whose each path is, line endings, merging by key, the result.

Each name is imported when it is first asked for: who only needs the path of the base
does not wait for the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skafu.scaffold.merging.archive import BASE_PATH, packed, unpacked
    from skafu.scaffold.merging.merge import Changes, Conflict, Kind, Merge, Unmerged
    from skafu.scaffold.merging.prepare import Prepared, prepare
    from skafu.scaffold.merging.rules import Rules, matching
    from skafu.scaffold.merging.settle import settle
    from skafu.scaffold.merging.structured import merge_structured

__all__ = [
    "BASE_PATH",
    "Changes",
    "Conflict",
    "Kind",
    "Merge",
    "Prepared",
    "Rules",
    "Unmerged",
    "matching",
    "merge_structured",
    "packed",
    "prepare",
    "settle",
    "unpacked",
]

_MODULES = {
    **dict.fromkeys(("BASE_PATH", "packed", "unpacked"), "archive"),
    **dict.fromkeys(("Changes", "Conflict", "Kind", "Merge", "Unmerged"), "merge"),
    **dict.fromkeys(("Prepared", "prepare"), "prepare"),
    **dict.fromkeys(("Rules", "matching"), "rules"),
    "merge_structured": "structured",
    "settle": "settle",
}


def __getattr__(name: str) -> object:
    """Import a name of this package."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
