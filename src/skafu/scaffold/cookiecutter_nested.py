"""Several templates in one: which of them is meant."""

import posixpath
import re
from collections.abc import Callable, Mapping

from skafu.scaffold.asking import Choice, Interviewer, Prompt
from skafu.scaffold.cookiecutter_json import FILE
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.values import Loose


def choose(
    context: Mapping[str, Loose],
    answers: Mapping[str, Loose],
    interviewer: Interviewer | None,
    fill: Callable[[str], str],
) -> str:
    """Give the folder of the template that is meant; empty when this template has no others in it.

    Args:
        context: the variables, with answers laid over.
        answers: as given; `templates=name` picks one by its name.
        interviewer: asks a person; without one, the first stands.
        fill: renders a text.

    Raises:
        TemplateInvalid: the choice leads nowhere, or out of the template.
        AnswerInvalid: there is no template of that name.
    """
    if "templates" in context:
        folder = _new_style(context["templates"], answers.get("templates"), interviewer)
    elif "template" in context:
        folder = _old_style(context["template"], interviewer, fill)
    else:
        return ""
    normal = posixpath.normpath(folder) if folder else ""
    if not normal or normal.startswith(("/", "..")) or normal == ".":
        raise TemplateInvalid(f"the template {folder!r} is no folder in this one", file=FILE)
    return normal


def _new_style(written: Loose, wanted: Loose, interviewer: Interviewer | None) -> str:
    if isinstance(written, str):
        raise AnswerInvalid(f"there is no template {written!r}", question="templates")
    if not isinstance(written, dict) or not written:
        raise TemplateInvalid("'templates' must be an object", file=FILE)
    choices = [Choice(_label(name, details), name) for name, details in written.items()]
    name = wanted if isinstance(wanted, str) and wanted in written else _picked("templates", choices, interviewer)
    details = written[name]
    if not isinstance(details, dict) or not isinstance(details.get("path"), str):
        raise TemplateInvalid(f"the template {name!r} has no 'path'", file=FILE)
    return str(details["path"])


def _label(name: str, details: Loose) -> str:
    if not isinstance(details, dict):
        return name
    title = str(details.get("title", name))
    description = details.get("description", name)
    return title if title == description else f"{title} ({description})"


def _old_style(written: Loose, interviewer: Interviewer | None, fill: Callable[[str], str]) -> str:
    if not isinstance(written, list) or not written:
        raise TemplateInvalid("'template' must be a list of choices", file=FILE)
    options = [fill(str(one)) for one in written]
    chosen = _picked("template", [Choice(option, option) for option in options], interviewer)
    found = re.search(r"\((.+)\)", chosen)
    if found is None:
        raise TemplateInvalid(f"the choice {chosen!r} names no folder in parentheses", file=FILE)
    return found.group(1)


def _picked(name: str, choices: list[Choice], interviewer: Interviewer | None) -> str:
    if interviewer is None:
        return str(choices[0].value)
    prompt = Prompt(
        name=name,
        type="str",
        help="Which template?",
        default=choices[0].value,
        has_default=True,
        choices=tuple(choices),
        multiselect=False,
        secret=False,
        multiline=False,
        placeholder="",
        number=1,
        total=1,
        problem=lambda _: "",
    )
    return str(interviewer.ask(prompt))
