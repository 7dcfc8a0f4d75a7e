"""The ports in memory: an inspector in this process, repositories in a dictionary, a catalog of what it is given."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from skafu.contexts.template.adapters import inspecting
from skafu.contexts.template.ports import Fetched, Filled, Inspected, Shipped
from skafu.kernel.errors import Invalid, NotFound
from skafu.scaffold import FileTree, Place

PLACE = Place(destination="/project", now=datetime(2026, 1, 1, tzinfo=UTC))


class LocalInspector:
    """Looks into templates in this process: for those that are trusted."""

    async def inspect(self, template: FileTree) -> Inspected:
        """See the port."""
        return inspecting.inspect(template, PLACE)

    async def render(self, template: FileTree, answers: Mapping[str, Any]) -> Filled:
        """See the port."""
        return inspecting.render(template, answers, PLACE)


class MemoryRepositories:
    """Repositories by address; each has one commit for each place."""

    def __init__(self, commits: Mapping[tuple[str, str], Fetched]) -> None:
        """Have these commits, by address and place."""
        self._commits = commits

    def check(self, address: str) -> None:
        """See the port."""
        if not address.startswith("https://"):
            raise Invalid(f"{address[:100]!r} is no address of a repository", fix="give one that begins with https://")

    async def fetch(self, address: str, at: str) -> Fetched:
        """See the port."""
        self.check(address)
        found = self._commits.get((address, at))
        if found is None:
            raise NotFound(f"{address} has no tag, branch or commit {at}", fix="look at the repository")
        return found


class MemoryCatalog:
    """Ships what it is given."""

    def __init__(self, shipped: Sequence[Shipped]) -> None:
        """Have these templates."""
        self._shipped = shipped

    def shipped(self) -> Sequence[Shipped]:
        """See the port."""
        return self._shipped

    def inspected(self, shipped: Shipped) -> Inspected:
        """See the port."""
        return inspecting.inspect(shipped.files, PLACE)
