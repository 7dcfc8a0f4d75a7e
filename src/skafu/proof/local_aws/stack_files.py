"""Reads CloudFormation stack files: short tags become their long forms, and nested stacks are followed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from skafu.kernel.errors import Invalid

Stack = dict[str, Any]

_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StackLoader(_Base):  # type: ignore[valid-type,misc]
    """A safe loader that knows CloudFormation's tags and leaves dates alone (`Version: 2012-10-17` is a string)."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _long_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value = _value(loader, node)
    if name in {"Ref", "Condition"}:
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


def _value(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_StackLoader.add_multi_constructor("!", _long_form)


def read_stack(path: Path) -> Stack:
    """Read a stack file (YAML or JSON) with all intrinsic functions in their long form.

    Raises:
        Invalid: it can't be read; names file, line and column.
    """
    stack = read_document(path)
    if not isinstance(stack, dict) or not isinstance(stack.get("Resources"), dict):
        raise Invalid(f"{path} is not a CloudFormation stack: it has no Resources")
    return stack


def read_document(path: Path) -> object:
    """Read any YAML or JSON file that a stack includes, tags in their long form; errors as in `read_stack`."""
    try:
        return yaml.load(path.read_bytes(), Loader=_StackLoader)  # noqa: S506
    except OSError as problem:
        raise Invalid(f"{path} can't be read: {problem.strerror}") from problem
    except yaml.YAMLError as problem:
        raise Invalid(f"{path} is not YAML: {problem}") from problem


def resources_of(stack: Stack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give logical id, type and properties (to be changed in place) of each resource."""
    for logical_id, resource in stack["Resources"].items():
        if isinstance(resource, dict):
            resource["Properties"] = resource.get("Properties") or {}
            yield logical_id, str(resource.get("Type")), resource["Properties"]


def is_local(value: object) -> bool:
    """Say whether a property points to a file or folder of the project, not to an address or an intrinsic."""
    return isinstance(value, str) and "://" not in value


@dataclass(frozen=True)
class StackFile:
    """A stack of a project with the stacks that are nested in it.

    Attributes:
        project: the folder that nothing may point out of.
        path: the file.
        stack: its content; may be changed in place.
        nested: properties, name of the pointing property, and stack of each nested one.
    """

    project: Path
    path: Path
    stack: Stack
    nested: tuple[tuple[dict[str, Any], str, "StackFile"], ...] = ()

    def pointed_at(self, pointer: str) -> Path:
        """Give the file or folder that a property points to.

        Raises:
            Invalid: it does not exist, or is outside of the project.
        """
        path = (self.path.parent / pointer).resolve()
        if not path.is_relative_to(self.project):
            raise Invalid(f"{self.path} points to {pointer}, which is outside of the project")
        if not path.exists():
            raise Invalid(f"{self.path} points to {pointer}, which does not exist")
        return path


def read_project(root: Path) -> StackFile:
    """Read a root stack and all stacks of the project that are nested in it.

    Args:
        root: the root stack file; its folder is the project.

    Raises:
        Invalid: a stack can't be read, contains itself, or points out of the project.
    """
    path = root.resolve()
    return _read_below(path.parent, path, above=())


def _read_below(project: Path, path: Path, above: tuple[Path, ...]) -> StackFile:
    if path in above:
        raise Invalid(f"{path} is nested in itself")
    read = StackFile(project, path, read_stack(path))
    nested = tuple(
        (properties, key, _read_below(project, read.pointed_at(properties[key]), (*above, path)))
        for _logical_id, kind, properties in resources_of(read.stack)
        if (key := _NESTED.get(kind, "")) and is_local(properties.get(key))
    )
    return replace(read, nested=nested)
