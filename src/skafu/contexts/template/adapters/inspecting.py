"""Looks into a template with the engine: what it asks, what is wrong with it, and what it becomes with some answers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from skafu.contexts.template.domain.events import AskedQuestion, TemplateFinding
from skafu.contexts.template.ports import Filled, Inspected
from skafu.kernel.errors import Refused, SkafuError
from skafu.scaffold import FileTree, Place, Rendered

MOST_FILES: Final = 10_000
MOST_BYTES: Final = 100_000_000
MOST_FINDINGS: Final = 200
MOST_COMBINATIONS: Final = 40
"""How many combinations of answers are tried: fewer than on the command line, where somebody waits for one alone."""
LONGEST_TEXT: Final = 2_000


def inspect(template: FileTree, place: Place) -> Inspected:
    """Find out what a template asks and what is wrong with it, without running any of its code."""
    from skafu.scaffold.checking import check_template  # the engine is imported when the first template comes

    report = check_template(template, place=place, limit=MOST_COMBINATIONS)
    findings = tuple(
        TemplateFinding(each.code, each.severity, each.message[:LONGEST_TEXT], each.file, each.line, each.fix)
        for each in report.findings
    )
    return Inspected(report.format, tuple(questions_of(template)), findings[:MOST_FINDINGS])


def questions_of(template: FileTree) -> Iterator[AskedQuestion]:
    """What a template asks; nothing of one that cannot be read."""
    from skafu.scaffold import load
    from skafu.scaffold.describing import describe

    try:
        described = describe(load(template), template)
    except SkafuError:
        return
    for each in described.questions:
        yield AskedQuestion(
            each.name,
            each.type,
            each.default[:LONGEST_TEXT],
            tuple(choice[:LONGEST_TEXT] for choice in each.choices[:MOST_FINDINGS]),
            each.condition[:LONGEST_TEXT],
            each.help[:LONGEST_TEXT],
            each.multiselect,
            each.secret,
            each.computed,
            each.required,
        )


def render(template: FileTree, answers: Mapping[str, Any], place: Place) -> Filled:
    """Fill a template in, with defaults where there is no answer.

    Raises:
        Invalid: the template is wrong, or an answer is.
        Refused: it becomes more than anybody looks at.
    """
    from skafu.scaffold import fill, load

    return filled_of(fill(load(template), answers, place=place))


def filled_of(rendered: Rendered) -> Filled:
    """The files of a rendering, and what whoever uses them should know.

    Raises:
        Refused: it is more than anybody looks at.
    """
    if len(rendered.tree) > MOST_FILES or sum(len(each.content) for each in rendered.tree.values()) > MOST_BYTES:
        raise Refused(
            f"the template becomes more than {MOST_FILES} files or {MOST_BYTES // 1_000_000} MB",
            fix="look for what repeats without end",
        )
    said = (rendered.before, rendered.after)
    notes = [f"not run: {each.kind} {each}" for each in rendered.commands]
    notes += [*rendered.notes, *(each.strip() for each in said if each.strip())]
    return Filled(rendered.tree, tuple(each[:LONGEST_TEXT] for each in notes[:MOST_FINDINGS]))
