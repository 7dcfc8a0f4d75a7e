"""The stacks of a project as their author wrote them, with the lines where everything stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from skafu.kernel.errors import Invalid
from skafu.proof.checks import Problem
from skafu.proof.local_aws.stack_files import Stack, read_stack

_LOOKS_LIKE_A_STACK = re.compile(r"^(AWSTemplateFormatVersion\s*:|Transform\s*:\s*\S*AWS::)", re.MULTILINE)
STACK_ENDINGS = (".yaml", ".yml", ".json", ".template")


@dataclass(frozen=True)
class StackSource:
    """A stack file.

    Attributes:
        name: its path in the project.
        path: where it is.
        stack: what it says, intrinsic functions in the long form.
        resources: first and last line of each resource, from 1.
    """

    name: str
    path: Path
    stack: Stack
    resources: Mapping[str, tuple[int, int]]

    def origin_of(self, logical_id: str) -> str:
        """Give the resource in this file that a translated one comes from: `AddTodoRole` from `AddTodo`."""
        known = (own for own in self.resources if logical_id.startswith(own))
        return max(known, key=len, default="")

    def line_of(self, logical_id: str, word: str = "") -> int:
        """Give the line of a word in the resource that a translated one comes from, else its first line.

        Returns:
            The line, from 1; 0 when the file has no such resource.
        """
        first, last = self.resources.get(self.origin_of(logical_id), (0, 0))
        lines = self.path.read_text().splitlines()[first - 1 : last] if first and word else []
        return next((first + offset for offset, line in enumerate(lines) if word in line), first)


def read_sources(root: Path, files: list[str]) -> tuple[list[StackSource], list[Problem]]:
    """Read all stack files of a project.

    Args:
        root: the folder of the project.
        files: the paths of its files.

    Returns:
        The stacks, and why some files can't be read.
    """
    sources, problems = [], []
    for name in _stack_files(root, files):
        try:
            path = root / name
            sources.append(StackSource(name, path, read_stack(path), _lines_of_resources(path)))
        except Invalid as problem:
            problems.append(Problem(problem.message.replace(f"{root}/", ""), name, fix=problem.fix))
    return sources, problems


def _stack_files(root: Path, files: list[str]) -> Iterator[str]:
    for name in files:
        if name.endswith(STACK_ENDINGS):
            text = (root / name).read_text(errors="replace")
            if _LOOKS_LIKE_A_STACK.search(text) or '"AWSTemplateFormatVersion"' in text:
                yield name


def _lines_of_resources(path: Path) -> dict[str, tuple[int, int]]:
    document = yaml.compose(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    resources = _entry(document, "Resources")
    if not isinstance(resources, yaml.MappingNode):
        return {}
    return {key.value: (key.start_mark.line + 1, value.end_mark.line) for key, value in resources.value}


def _entry(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
