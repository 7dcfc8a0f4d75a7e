"""Reads YAML by strangers: plain values only, and no text that takes more than its length."""

import re
from typing import Any

import yaml

_MOST_MERGED = 100_000
_LONGEST_NUMBER = 4_300
_DEEPEST = 200
_NESTING = ("[", "{", "- ", "-\t", "? ", "?\t")
_INDENT = re.compile(r"^[ \t]{200}", re.MULTILINE)

# libyaml reads ten times faster where the wheel carries it.
_SAFE_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YAML_LOADER(_SAFE_LOADER):  # type: ignore[misc, valid-type] # noqa: N801 - PyYAML's loaders are used like constants
    """The safe loader, for hostile text: merges that multiply and numbers without end are refused."""

    _merged = 0

    def __init__(self, stream: str) -> None:
        """Take a text; one that is nested without end would crash the reader, which is written in C.

        Raises:
            yaml.YAMLError: it is nested too deep.
        """
        _check_depth(stream)
        super().__init__(stream)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge mappings; every reference to one counts, because it is copied each time."""
        super().flatten_mapping(node)
        self._merged += len(node.value)
        if self._merged > _MOST_MERGED:
            raise yaml.constructor.ConstructorError(
                None, None, f"mappings are merged to more than {_MOST_MERGED} values", node.start_mark
            )

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - as in PyYAML
        """Make a value; what Python can't make of it is wrong YAML, and has a line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError, TypeError) as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Make a whole number; with base 60, the time grows with the square of the length."""
        if len(str(node.value)) > _LONGEST_NUMBER:
            raise ValueError(f"a number has more than {_LONGEST_NUMBER} digits")
        return int(super().construct_yaml_int(node))


YAML_LOADER.add_constructor("tag:yaml.org,2002:int", YAML_LOADER.construct_yaml_int)


def _check_depth(text: str) -> None:
    """Read the text once as a row of events, which needs no depth, if it may be nested deep at all."""
    if sum(map(text.count, _NESTING)) < _DEEPEST and not _INDENT.search(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_SAFE_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise yaml.YAMLError(f"it is nested more than {_DEEPEST} deep")
