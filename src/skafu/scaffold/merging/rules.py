"""Whose each path of a project is when its template changes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from skafu.scaffold.paths import matcher
from skafu.scaffold.tree import path_problem

Matches = Callable[[str], bool]


def nothing(path: str) -> bool:
    """Match no path."""
    del path
    return False


def everything(path: str) -> bool:
    """Match every path."""
    del path
    return True


@dataclass(frozen=True, slots=True)
class Rules:
    """What an update may do to a path; what no rule names is merged.

    Attributes:
        keep: its people's alone: never touched while it is there, made only where it never was.
        template: always what the template says, whatever was edited.
        once: not made again when it was removed by hand.
    """

    keep: Matches = nothing
    template: Matches = nothing
    once: Matches = everything


def matching(patterns: Iterable[str] = (), *, paths: Collection[str] = ()) -> Matches:
    """Match paths by gitignore patterns, or by name.

    Args:
        patterns: in the style of gitignore.
        paths: whole paths.
    """
    by_pattern = matcher(tuple(patterns))
    names = frozenset(paths)
    return lambda path: path in names or (not path_problem(path) and by_pattern(path))
