"""What the template context needs from outside: somebody who looks into templates, repositories, and the catalog."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from skafu.contexts.template.domain.events import AskedQuestion, TemplateFinding
from skafu.scaffold import FileTree


class Inspected(msgspec.Struct, frozen=True):
    """What somebody has found in a template; with an error among the findings it can't be used."""

    format: str
    questions: tuple[AskedQuestion, ...] = ()
    findings: tuple[TemplateFinding, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether nothing is wrong that keeps it from being used."""
        return not any(each.severity == "error" for each in self.findings)


class Filled(msgspec.Struct, frozen=True):
    """What a template becomes with some answers.

    Attributes:
        tree: its files.
        notes: what whoever uses it should know: commands that did not run, what the template says.
    """

    tree: FileTree
    notes: tuple[str, ...] = ()


class TemplateInspector(Protocol):
    """Looks into templates, which may be hostile: in bounded time and memory, and apart from everything else."""

    async def inspect(self, template: FileTree) -> Inspected:
        """Find out what a template asks, and what is wrong with it.

        Raises:
            Refused: it takes too long.
            Unavailable: nobody can look into it now.
        """

    async def render(self, template: FileTree, answers: Mapping[str, Any]) -> Filled:
        """Fill a template in, with defaults where there is no answer.

        Raises:
            Invalid: the template is wrong, or an answer is.
            Refused: it takes too long, or becomes too much.
            Unavailable: nobody can do it now.
        """


class Fetched(msgspec.Struct, frozen=True):
    """The files of a commit, and which one it is."""

    files: FileTree
    commit: str


class Repositories(Protocol):
    """Repositories on other machines. Whoever gives the address is not trusted."""

    def check(self, address: str) -> None:
        """Refuse an address that is none of an allowed repository, without asking anybody.

        Raises:
            Invalid: it is no such address.
        """

    async def fetch(self, address: str, at: str) -> Fetched:
        """Get the files of a tag, branch or commit; without one, of the newest commit.

        Raises:
            Invalid: it is no address of an allowed repository.
            NotFound: there is no such tag, branch or commit.
            Refused: it is more than a template may be.
            Unavailable: it does not answer.
        """


class Shipped(msgspec.Struct, frozen=True):
    """A template that comes with this version of the program, for everybody to use and for nobody to change."""

    template_id: str
    name: str
    summary: str
    files: FileTree


class Catalog(Protocol):
    """The templates that come with the program."""

    def shipped(self) -> Sequence[Shipped]:
        """All of them, by name."""

    def inspected(self, shipped: Shipped) -> Inspected:
        """What one of them asks."""
