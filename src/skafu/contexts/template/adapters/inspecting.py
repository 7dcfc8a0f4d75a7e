"""Looks into a template with the engine: what it asks, what is wrong with it, and what it becomes with some answers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from skafu.contexts.template.domain.events import AskedQuestion, TemplateFinding
from skafu.contexts.template.ports import Filled, Inspected
from skafu.kernel.errors import Invalid, Refused, SkafuError
from skafu.scaffold import AnswerInvalid, FileTree, Place, Template, TemplateInvalid, fill, load
from skafu.scaffold.cookiecutter_json import FILE
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.formats import format_of
from skafu.scaffold.questions import MISSING, Question

MOST_FILES: Final = 10_000
MOST_BYTES: Final = 100_000_000
MOST_FINDINGS: Final = 200
LONGEST_TEXT: Final = 2_000


def inspect(template: FileTree, place: Place) -> Inspected:
    """Find out what a template asks and what is wrong with it, without running any of its code."""
    kind = format_of(template)
    try:
        compiled = load(template)
    except SkafuError as error:
        return Inspected(kind, (), (_finding(error),))
    findings = [_finding(each) for each in compiled.problems]
    findings += _commands(compiled)
    findings += _trial(compiled, place)
    return Inspected(kind, tuple(_questions(compiled, template)), tuple(dict.fromkeys(findings))[:MOST_FINDINGS])


def render(template: FileTree, answers: Mapping[str, Any], place: Place) -> Filled:
    """Fill a template in, with defaults where there is no answer.

    Raises:
        Invalid: the template is wrong, or an answer is.
        Refused: it becomes more than anybody looks at.
    """
    rendered = fill(load(template), answers, place=place)
    if len(rendered.tree) > MOST_FILES or sum(len(each.content) for each in rendered.tree.values()) > MOST_BYTES:
        raise Refused(
            f"the template becomes more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB",
            fix="look for what repeats without end",
        )
    said = (rendered.before, rendered.after)
    notes = [f"not run: {each.kind} {each}" for each in rendered.commands]
    notes += [*rendered.notes, *(each.strip() for each in said if each.strip())]
    return Filled(rendered.tree, tuple(each[:LONGEST_TEXT] for each in notes[:MOST_FINDINGS]))


def _trial(compiled: Template, place: Place) -> Iterator[TemplateFinding]:
    """Fill it in with its defaults: what is broken for everybody is an error, a missing answer is none."""
    try:
        fill(compiled, {}, place=place)
    except AnswerInvalid as error:
        yield TemplateFinding("needs_answers", "hint", error.message, fix=f"answer {error.question}")
    except Invalid as error:
        yield _finding(error)


def _commands(compiled: Template) -> Iterator[TemplateFinding]:
    if isinstance(compiled, CopierTemplate):
        for each in compiled.settings.commands:
            message = f"the {each.kind} {str(each)[:100]!r} is a command that is shown, and not run"
            yield TemplateFinding(each.kind, "warning", message, compiled.settings.file)


def _finding(error: SkafuError) -> TemplateFinding:
    if isinstance(error, TemplateInvalid):
        return TemplateFinding("broken", "error", error.problem, error.file, error.line or 0, error.fix)
    return TemplateFinding("broken", "error", error.message, fix=error.fix)


def _questions(compiled: Template, files: FileTree) -> Iterator[AskedQuestion]:
    if isinstance(compiled, CopierTemplate):
        yield from (_asked(each) for each in compiled.questions)
        return
    for name, written in msgspec.json.decode(files[FILE].content, type=dict[str, Any]).items():
        if not name.startswith("_"):
            choices, default = (written, written[:1]) if isinstance(written, list) else ("", [written])
            kind = "bool" if isinstance(written, bool) else "json" if isinstance(written, dict) else "str"
            yield AskedQuestion(
                name,
                kind,
                default=_json(default[0])[:LONGEST_TEXT] if default else "",
                choices=_json(choices)[:LONGEST_TEXT] if choices else "",
            )


def _asked(question: Question) -> AskedQuestion:
    default = "" if question.default is MISSING else _json(question.default)
    choices = _json(question.choices) if question.choices else ""
    return AskedQuestion(
        question.name,
        question.type,
        question.help[:LONGEST_TEXT],
        "" if question.secret else default[:LONGEST_TEXT],
        choices[:LONGEST_TEXT],
        question.secret,
        question.multiselect,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
