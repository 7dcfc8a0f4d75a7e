"""The stacks of a generated project as plain values."""

from collections.abc import Iterator
from typing import Any

import yaml

from skafu.scaffold import FileTree

Resource = tuple[str, str, dict[str, Any]]
"""Logical id, type and properties."""


class _Loader(yaml.SafeLoader):
    """Takes the short forms of functions: `!Sub x` is `x`."""


def _plain(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:  # noqa: ANN401
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _plain)


def stacks_of(tree: FileTree) -> dict[str, dict[str, Any]]:
    """All stacks of a project by their path."""
    return {
        path: yaml.load(file.content, _Loader)  # noqa: S506
        for path, file in tree.items()
        if path.rpartition("/")[2] == "stack.yaml"
    }


def resources_of(tree: FileTree) -> Iterator[Resource]:
    """All resources of all stacks."""
    for stack in stacks_of(tree).values():
        for logical_id, resource in stack["Resources"].items():
            yield logical_id, resource["Type"], resource.get("Properties", {})
