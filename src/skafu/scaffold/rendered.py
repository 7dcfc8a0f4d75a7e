"""What rendering a template gives: the files, and what else somebody who writes them wants to know."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from skafu.scaffold.commands import Command
from skafu.scaffold.tree import FileTree
from skafu.scaffold.values import Loose


def _never(path: str) -> bool:
    del path
    return False


def without_files(folders: Iterable[str], tree: FileTree) -> tuple[str, ...]:
    """Leave out the folders that hold a file, and those that hold another of them."""
    empty = {folder for folder in folders if folder and not any(path.startswith(f"{folder}/") for path in tree)}
    return tuple(sorted(one for one in empty if not any(other.startswith(f"{one}/") for other in empty)))


class Rendered(NamedTuple):
    """One rendering.

    Attributes:
        tree: the files, sorted by path.
        answers: the answers that an answers file would remember, by question.
        folders: gives the folders that are there without any file in them.
        keeps: tells whether a file that exists must be left as it is.
        before: what the template says before it is rendered.
        after: what the template says when its files are written.
        commands: what the template wants to run now, texts filled in; nothing of it has run.
        root: the project's folder below the output; empty when it is the output itself.
        notes: what was done in place of a command, in words.
        origins: each path with the file of the template that it comes from; a path may have several.
    """

    tree: FileTree
    answers: Mapping[str, Loose] = MappingProxyType({})
    folders: Callable[[], tuple[str, ...]] = tuple
    keeps: Callable[[str], bool] = _never
    before: str = ""
    after: str = ""
    commands: tuple[Command, ...] = ()
    root: str = ""
    notes: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
