"""The face of the engine: compile a template, render it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from skafu.scaffold.asking import Interviewer
from skafu.scaffold.bounds.meter import DEFAULT_LIMITS, Limits
from skafu.scaffold.extensions import Trusted
from skafu.scaffold.formats import COOKIECUTTER, format_of
from skafu.scaffold.place import Place
from skafu.scaffold.rendered import Rendered
from skafu.scaffold.shelf import Shelf
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Value

if TYPE_CHECKING:
    from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
    from skafu.scaffold.copier_template import CopierTemplate

Template: TypeAlias = "CopierTemplate | CookiecutterTemplate"

_NOWHERE = Place()


def load(
    files: Mapping[str, File | bytes],
    *,
    kind: str | None = None,
    trusted: Trusted = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
    shelf: Shelf | None = None,
) -> Template:
    """Compile a template of Copier or Cookiecutter.

    Args:
        files: path from the root of the template, where copier.yml or cookiecutter.json is, to file; bare bytes are
            a plain file.
        kind: `copier` or `cookiecutter` for a template that has both files; Copier's counts otherwise.
        trusted: extensions of jinja2 that the template brings along and that somebody trusts; others are refused.
        limits: what one rendering may use; a template that wants more is refused.
        shelf: where compiled texts are kept, see `skafu.workspace.stored_code`; not with trusted extensions.

    Returns:
        The compiled template. Loading takes some milliseconds per templated file, rendering a fraction of one.

    Raises:
        Invalid: a path is not safe.
        TemplateInvalid: copier.yml or cookiecutter.json is wrong; names file and line.
    """
    tree = files if isinstance(files, FileTree) else FileTree(files)
    # Each format is imported when it is met.
    if (kind or format_of(tree)) == COOKIECUTTER:
        from skafu.scaffold.cookiecutter_template import CookiecutterTemplate

        return CookiecutterTemplate(tree, trusted, limits, shelf)
    from skafu.scaffold.copier_template import CopierTemplate

    return CopierTemplate(tree, trusted, limits, shelf)


def render(template: Template, answers: Mapping[str, Value], *, place: Place = _NOWHERE) -> FileTree:
    """Fill a template in, byte for byte as its own tool does, with these answers and defaults for the others.

    That is Copier 9.19.1 with `copier copy --defaults`, or Cookiecutter 2.7.1 with `cookiecutter --no-input`. Of a
    Cookiecutter template's hooks, those that only remove, move or check files by the answers take effect; others do
    not run.

    Args:
        template: the compiled template.
        answers: answers to its questions; further ones are there for the files of a Copier template, but not for its
            answers file, and are ignored by Cookiecutter.
        place: source and destination, as far as the template may see them.

    Returns:
        The rendered files, sorted by path; the same for the same arguments, always.

    Raises:
        AnswerInvalid: an answer is missing, of the wrong type, not among the choices, or no plain value.
        TemplateInvalid: the template is wrong or does what a template may not; names file and line.
    """
    return template.tree(answers, place)


def fill(
    template: Template,
    answers: Mapping[str, Value],
    *,
    previous: Mapping[str, Value] | None = None,
    place: Place = _NOWHERE,
    interviewer: Interviewer | None = None,
) -> Rendered:
    """Fill a template in, and give also what whoever writes the files wants to know.

    Args:
        template: the compiled template.
        answers: answers to its questions, as for `render`.
        previous: answers of an earlier rendering; they go before the defaults, and are left out when they do not fit.
        place: source and destination, as far as the template may see them.
        interviewer: puts to a person what is not given; without one, defaults stand.

    Returns:
        The files, the answers, the messages, and the commands that the template wants to run; none has run.

    Raises:
        AnswerInvalid: an answer is missing, of the wrong type, not among the choices, or no plain value.
        TemplateInvalid: the template is wrong or does what a template may not; names file and line.
    """
    return template.fill(answers, previous=previous or {}, place=place, interviewer=interviewer)
