"""Finds where in a project's stacks, and in its blueprint, a deployed resource comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from skafu.blueprint import System
from skafu.proof.checks import Problem
from skafu.proof.local_aws.stack_files import resources_of
from skafu.proof.static.stack_sources import StackSource

_NESTED = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class Places:
    """The stack files of a project by the names of their deployed stacks.

    Attributes:
        sources: the stack files by path.
        root: path of the root stack.
        nested: path of each nested stack, by its logical id in the root stack.
        elements: of each service (by the logical id of its stack): blueprint element by name.
    """

    sources: Mapping[str, StackSource]
    root: str
    nested: Mapping[str, str]
    elements: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, sources: Mapping[str, StackSource], root: str, system: System) -> "Places":
        """Look through the root stack and the blueprint."""
        return cls(sources, root, dict(_nested(sources, root)), dict(_elements(system)))

    def problem(self, message: str, stack: str, resource: str, fix: str) -> Problem:
        """Say what is wrong with a resource, and where it comes from.

        Args:
            message: what is wrong.
            stack: name of the deployed stack.
            resource: logical id of the resource, or a name that begins with it.
            fix: what to do.
        """
        owner = self._owner(stack)
        path = self.nested.get(owner, self.root)
        source = self.sources.get(path)
        if source is None:
            return Problem(message, fix=fix)
        return Problem(message, path, source.line_of(resource), self._element(owner, resource), fix)

    def problem_of_role(self, message: str, role: str, fix: str) -> Problem:
        """Say what is wrong with a role.

        Args:
            message: what is wrong.
            role: its ARN; CloudFormation names it `<stack>-<logical id>-<random>`.
            fix: what to do.
        """
        name = role.rpartition("/")[2]
        owner = self._owner(name)
        source = self.sources.get(self.nested.get(owner, self.root))
        words = name.split("-")
        known = [word for word in words if source and word != owner and source.origin_of(word)]
        return self.problem(message, name, known[-1], fix) if known else Problem(message, fix=fix)

    def _owner(self, name: str) -> str:
        words = set(name.split("-"))
        return max((one for one in self.nested if one in words), key=len, default="")

    def _element(self, owner: str, resource: str) -> str:
        known = self.elements.get(owner, {})
        return known.get(max((name for name in known if resource.startswith(name)), key=len, default=""), "")


def _nested(sources: Mapping[str, StackSource], root: str) -> Iterator[tuple[str, str]]:
    if root in sources:
        for logical_id, kind, properties in resources_of(sources[root].stack):
            if kind == _NESTED and isinstance(properties.get("TemplateURL"), str):
                yield logical_id, str(PurePosixPath(properties["TemplateURL"]))


def _elements(system: System) -> Iterator[tuple[str, dict[str, str]]]:
    for service in system.services:
        home = f"services.{service.names.kebab}"
        found = {}
        for aggregate in service.aggregates:
            place = f"{home}.aggregates.{aggregate.names.pascal}.commands"
            found.update({one.names.pascal: f"{place}.{one.names.pascal}" for one in aggregate.commands})
        for kind in ("queries", "policies", "timers", "calls", "inbound", "workflows"):
            found.update({one.names.pascal: f"{home}.{kind}.{one.names.pascal}" for one in getattr(service, kind)})
        yield service.names.pascal, found
