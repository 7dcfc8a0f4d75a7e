"""The port of whoever renders templates by strangers, away from this process; `workspace.worker_pool` fills it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.place import Place
from skafu.scaffold.questions import MISSING
from skafu.scaffold.rendered import Rendered
from skafu.scaffold.template import Template
from skafu.scaffold.tree import FileTree
from skafu.scaffold.values import Loose, Value

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class QuestionSeen:
    """A question as it is written, its texts not filled in.

    Attributes:
        name: of the answer.
        type: as written; empty when the template leaves it open.
        help: words for people.
        default: what stands when nothing is answered; None also when there is nothing.
        choices: what may be picked, as written: a list, a mapping, or a text that makes one.
        multiselect: whether any number may be picked.
        secret: whether the answer is kept out of files.
        when: whether it is asked; may be a templated text.
    """

    name: str
    type: str = ""
    help: str = ""
    default: Loose = None
    choices: Loose = None
    multiselect: bool = False
    secret: bool = False
    when: Loose = True


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a template is, without rendering it.

    Attributes:
        format: `copier` or `cookiecutter`.
        questions: what it asks, in order.
        problems: files whose syntax is wrong.
    """

    format: str
    questions: tuple[QuestionSeen, ...]
    problems: tuple[TemplateInvalid, ...]


class UntrustedRenderer(Protocol):
    """Somebody who can be given any template by anybody."""

    async def render(
        self,
        files: FileTree,
        answers: Mapping[str, Value],
        *,
        kind: str | None = None,
        place: Place = NOWHERE,
        previous: Mapping[str, Value] | None = None,
    ) -> Rendered:
        """Fill a template in; see `skafu.scaffold.fill`.

        Raises:
            Refused: it took more time or memory than it may have, and was stopped.
            Unavailable: too many others are waiting.
            AnswerInvalid: an answer does not fit.
            TemplateInvalid: the template is wrong or does what a template may not; names file and line.
        """
        ...

    async def inspect(self, files: FileTree, *, kind: str | None = None) -> Inspection:
        """Read a template and compile it, without rendering.

        Raises:
            Refused: it took more time or memory than it may have, and was stopped.
            Unavailable: too many others are waiting.
            TemplateInvalid: copier.yml or cookiecutter.json is wrong.
        """
        ...


def inspected(template: Template) -> Inspection:
    """Say what a compiled template is."""
    return Inspection(template.format, tuple(_questions(template)), template.problems)


def _questions(template: Template) -> list[QuestionSeen]:
    if template.format == "cookiecutter":
        variables = template.manifest.variables.items()  # type: ignore[union-attr] # told by its format
        return [_of_variable(name, value) for name, value in variables if not name.startswith("_")]
    return [
        QuestionSeen(
            name=one.name,
            type=one.type,
            help=one.help,
            default=None if one.default is MISSING else one.default,
            choices=one.choices or None,
            multiselect=one.multiselect,
            secret=one.secret,
            when=one.when,
        )
        for one in template.questions  # type: ignore[union-attr]
    ]


def _of_variable(name: str, value: Loose) -> QuestionSeen:
    is_choice = isinstance(value, list)
    return QuestionSeen(
        name=name,
        type="json" if isinstance(value, dict) else "bool" if isinstance(value, bool) else "str",
        default=(value[0] if value else None) if is_choice else value,
        choices=value if is_choice else None,
    )
