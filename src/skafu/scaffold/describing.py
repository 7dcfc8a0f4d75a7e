"""Describes a template for people: its questions, files and commands, as values and as Markdown."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.questions import MISSING, Question
from skafu.scaffold.template import Template
from skafu.scaffold.values import Loose


@dataclass(frozen=True, slots=True)
class DescribedQuestion:
    """One question, all texts as they are written.

    Attributes:
        name: the name of the answer.
        type: str, int, float, bool, yaml, json or path.
        default: the answer when none is given; empty when there must be one.
        choices: what may be picked; empty when anything may be answered.
        condition: when it is asked; empty when always.
        help: words for people.
        multiselect: whether any number of choices may be picked.
        secret: whether the answer stays out of the answers file.
        computed: whether it is never asked, and the default is worked out.
        required: whether it has no default.
    """

    name: str
    type: str
    default: str
    choices: tuple[str, ...] = ()
    condition: str = ""
    help: str = ""
    multiselect: bool = False
    secret: bool = False
    computed: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What a template asks, makes and wants to run.

    Attributes:
        format: `copier` or `cookiecutter`.
        questions: in the order in which they are asked.
        files: the paths that are rendered, as they are written, from the folder and without the suffix of templates.
        commands: tasks, migrations and hooks, each with its kind.
        minimum: the version of Copier that it asks for; empty when it asks for none.
    """

    format: str
    questions: tuple[DescribedQuestion, ...]
    files: tuple[str, ...]
    commands: tuple[str, ...]
    minimum: str = ""


def describe(template: Template, files: Iterable[str]) -> Description:
    """Describe a template.

    Args:
        template: the compiled template.
        files: the paths in it that are there to be rendered.
    """
    if isinstance(template, CopierTemplate):
        return Description(
            template.format,
            tuple(_of_copier(question) for question in template.questions),
            tuple(_rendered_path(path, template) for path in files),
            tuple(f"{one.kind}: {one}" for one in template.settings.commands),
            template.settings.minimum,
        )
    hooks = (path for path in template.sources.followed if path.startswith("hooks/"))
    return Description(
        template.format,
        tuple(_of_cookiecutter(template)),
        tuple(files),
        tuple(f"hook: {path}" for path in hooks),
    )


def _rendered_path(path: str, template: CopierTemplate) -> str:
    settings = template.settings
    folder = settings.subdirectory.strip("./")
    return path.removeprefix(f"{folder}/").removesuffix(settings.suffix) if settings.suffix else path


def _of_copier(question: Question) -> DescribedQuestion:
    return DescribedQuestion(
        name=question.name,
        type=question.type,
        default="" if question.default is MISSING or question.secret else _written(question.default),
        choices=tuple(_choices(question.choices)),
        condition=question.when if isinstance(question.when, str) else "",
        help=" ".join(question.help.split()),
        multiselect=question.multiselect,
        secret=question.secret,
        computed=question.when is False,
        required=question.default is MISSING and question.when is not False,
    )


def _choices(written: Loose) -> Iterator[str]:
    if isinstance(written, str):
        yield written.strip()
        return
    for one in written.items() if isinstance(written, dict) else written:
        pair = one if isinstance(one, list | tuple) else (one, one)
        value = pair[-1].get("value") if isinstance(pair[-1], dict) else pair[-1]
        name = str(pair[0])
        yield name if value is None or str(value) == name else f"{_written(value)} ({name})"


def _of_cookiecutter(template: CookiecutterTemplate) -> Iterator[DescribedQuestion]:
    prompts = template.manifest.variables.get("__prompts__")
    for name, value in template.manifest.variables.items():
        if name.startswith("_"):
            continue
        words = prompts.get(name, "") if isinstance(prompts, dict) else ""
        names = words if isinstance(words, dict) else {}
        choices = [str(one) for one in value] if isinstance(value, list) else []
        yield DescribedQuestion(
            name=name,
            type="bool" if isinstance(value, bool) else "json" if isinstance(value, dict) else "str",
            default=choices[0] if choices else _written(value),
            choices=tuple(f"{one} ({names[one]})" if names.get(one, one) != one else one for one in choices),
            help=str(names.get("__prompt__", "")) if names else str(words),
        )


def _written(value: Loose) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def markdown(description: Description, address: str) -> str:
    """Write a description as Markdown, ready for a README.

    Args:
        description: of the template.
        address: where people get it from.
    """
    parts = [_usage(address), _questions(description.questions)]
    parts.append(_list("Files", [f"`{path}`" for path in description.files]))
    if description.commands:
        words = "Code that is shown, and runs only with `--trust`:\n\n"
        parts.append(_list("Commands", [f"`{one}`" for one in description.commands], words))
    return "\n".join(parts)


def _usage(address: str) -> str:
    command = f"skafu render {address} --output my-project"
    return f"## Use\n\n```sh\n{command}             # asks the questions\n{command} --defaults  # asks none\n```\n"


def _questions(questions: tuple[DescribedQuestion, ...]) -> str:
    asked = [one for one in questions if not one.computed]
    if not asked:
        return "## Questions\n\nNone.\n"
    rows = ["| question | type | default | choices | asked when | what it is |", "|---|---|---|---|---|---|"]
    rows += [f"| {' | '.join(_cells(one))} |" for one in asked]
    computed = [one for one in questions if one.computed]
    words = "".join(f"\n`{one.name}` is worked out: {_code(one.default, in_table=False)}" for one in computed)
    return "## Questions\n\n" + "\n".join(rows) + ("\n" + words if words else "") + "\n"


def _cells(one: DescribedQuestion) -> tuple[str, ...]:
    kind = one.type + (", any number" if one.multiselect else "") + (", secret" if one.secret else "")
    default = "required" if one.required else _code(one.default)
    return (
        f"`{one.name}`",
        kind,
        default,
        ", ".join(_code(choice) for choice in one.choices),
        _code(one.condition),
        one.help.replace("|", "\\|"),
    )


def _code(text: str, *, in_table: bool = True) -> str:
    line = " ".join(text.split())
    if in_table:
        # A table ends a cell at a bar even within code, unless it is escaped.
        line = line.replace("|", "\\|")
    fence = "``" if "`" in line else "`"
    return f"{fence}{line}{fence}" if line else ""


def _list(title: str, items: list[str], before: str = "") -> str:
    lines = "\n".join(f"- {item}" for item in items) or "None."
    return f"## {title}\n\n{before}{lines}\n"
