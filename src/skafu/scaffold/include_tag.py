"""The tag `!include` of copier.yml: other YAML files of the template, found by a pattern."""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import yaml

from skafu.scaffold.yaml_loader import YAML_LOADER

_DEEPEST = 20
_MOST_FOLDERS_SKIPPED = 4


def documents(text: str, read: Callable[[str], str | None], paths: Iterable[str], depth: int = 0) -> list[Any]:
    """Read all YAML documents of a text; `!include` gives the list of the documents of all files that match.

    Args:
        text: YAML.
        read: gives the text of a file of the template, or None.
        paths: all paths of the template.
        depth: how many includes led here.

    Raises:
        yaml.YAMLError: it is no YAML, or it includes what it may not.
    """

    class Loader(YAML_LOADER):
        """The safe loader with one more tag."""

    def include(loader: yaml.SafeLoader, node: yaml.Node) -> list[Any]:
        if not isinstance(node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "'!include' takes a path", node.start_mark)
        pattern = str(loader.construct_scalar(node))
        if (
            pattern.count("**") > _MOST_FOLDERS_SKIPPED
            or pattern.startswith("/")
            or ".." in pattern.split("/")
            or depth >= _DEEPEST
        ):
            problem = f"'!include {pattern}' must stay inside of the template, and must not include itself"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        found: list[Any] = []
        for path in sorted(path for path in paths if _matches(path.split("/"), pattern.split("/"))):
            found.extend(flat(documents(read(path) or "", read, paths, depth + 1)))
        return found

    Loader.add_constructor("!include", include)
    return list(yaml.load_all(text, Loader=Loader))


def flat(found: Iterable[Any]) -> Iterator[Any]:
    """Give the documents, those of lists one by one, without empty ones."""
    for document in found:
        if isinstance(document, list):
            yield from flat(document)
        elif document:
            yield document


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        # Two in a row mean the same as one, and would multiply the ways.
        while pattern[1:2] == ["**"]:
            pattern = pattern[1:]
        return any(_matches(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])
