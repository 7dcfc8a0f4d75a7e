"""What `skafu render` does: from a template and answers to files in a folder.

Nothing here needs click, so that a plain command line starts without it.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from skafu.entrypoints.cli.render.answers import given_answers, settings_defaults
from skafu.entrypoints.cli.render.nobody import Nobody
from skafu.kernel.errors import Conflict
from skafu.scaffold import Dice, Interviewer, Place, Rendered, Template, Value, fill, load
from skafu.scaffold.formats import COOKIECUTTER, format_of
from skafu.scaffold.output_checks import workflows
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import is_safe
from skafu.workspace.rendering import changes_of, gone_on_failure, write_rendered
from skafu.workspace.sources import Source, read_source

_MARKS = {"add": "+", "replace": "~", "edited": "!", "keep": "="}


class Options(NamedTuple):
    """What was said on the command line."""

    source: str
    output: Path
    data: tuple[str, ...]
    data_file: tuple[Path, ...]
    at: str | None
    directory: str
    kind: str | None
    defaults: bool
    dry_run: bool
    diff: bool
    trust: bool
    force: bool


def render(options: Options) -> None:
    """Fill a template in as somebody said.

    Raises:
        SkafuError: it can't be; says why.
        OSError: the disk says no.
    """
    source = read_source(options.source, at=options.at, directory=options.directory, kind=options.kind)
    rendered = _filled(source, options)
    if options.defaults and rendered.before:
        _say(rendered.before.rstrip())
    _write(rendered, options)


def _filled(source: Source, options: Options) -> Rendered:
    """Fill in the user's own templates here, and those of strangers in a worker, unless they are trusted."""
    interviewer = None if options.defaults else _interviewer()
    given = given_answers(options.data, options.data_file)
    place = _place(source, options.output, options.at)
    if options.trust:
        return fill(_trusted(source, options), given, place=place, interviewer=interviewer)
    if source.is_own:
        from skafu.workspace.stored_code import stored_code

        with stored_code(source.files, options.kind) as shelf:
            template = load(source.files, kind=options.kind, shelf=shelf)
            return fill(template, given, place=place, interviewer=interviewer)
    from skafu.entrypoints.cli.strangers import worker

    with worker() as pool:
        rendered = pool.fill(source.files, given, kind=options.kind, place=place, interviewer=interviewer)
    for path in workflows(rendered.tree):
        _say(f"note: GitHub runs {path} when it is pushed; it was written by whoever wrote the template")
    return rendered


def _trusted(source: Source, options: Options) -> Template:
    from skafu.scaffold.wanted_extensions import wanted_extensions
    from skafu.workspace.trusted_code import trusted_extensions
    from skafu.workspace.trusted_commands import before_questions

    files = source.files
    if (options.kind or format_of(files)) == COOKIECUTTER:
        files = before_questions(files)
    trusted = trusted_extensions(files, wanted_extensions(files, options.kind))
    return load(files, kind=options.kind, trusted=trusted)


def _interviewer() -> Interviewer:
    if not sys.stdin.isatty():
        return Nobody()
    from skafu.entrypoints.cli.render.terminal import Terminal

    return Terminal()


def _place(source: Source, output: Path, at: str | None) -> Place:
    folder = output.absolute()

    def existing(path: str) -> bytes | None:
        target = folder / path
        inside = is_safe(path) and target.resolve().is_relative_to(folder.resolve())
        return target.read_bytes() if inside and target.is_file() else None

    return Place(
        source=source.address,
        commit=source.commit,
        commit_hash=source.commit_hash,
        destination=str(folder),
        at=at,
        now=datetime.now().astimezone(),
        dice=_dice,
        existing=existing,
        defaults=tuple(settings_defaults().items()),
    )


def _dice(seed: Value) -> Dice:
    import random

    return random.Random(seed)  # type: ignore[arg-type] # noqa: S311 - as the tools do


def _write(rendered: Rendered, options: Options) -> None:
    changes = changes_of(rendered, options.output)
    _list(changes)
    for note in rendered.notes:
        _say(note)
    if options.diff:
        from skafu.workspace.differences import difference

        _say(difference(rendered.tree, options.output, changes), end="")
    if options.dry_run or options.diff:
        _show_commands(rendered)
        _refuse_edited(changes, options)
        return
    _refuse_edited(changes, options)
    _before_writing(rendered, options)
    with gone_on_failure(options.output):
        write_rendered(rendered, options.output, changes)
        if options.trust:
            from skafu.workspace.trusted_commands import after_files

            after_files(rendered.commands, options.output, options.output / rendered.root)
    _say(f"{options.output}: {len(changes.add) + len(changes.replace) + len(changes.edited)} files written")
    if not options.trust:
        _show_commands(rendered)
    if rendered.after:
        _say(rendered.after.rstrip())


def _before_writing(rendered: Rendered, options: Options) -> None:
    if options.trust:
        from skafu.workspace.trusted_commands import after_questions

        after_questions(rendered.commands)


def _refuse_edited(changes: Update, options: Options) -> None:
    if changes.edited and not options.force:
        shown = ", ".join(changes.edited[:5]) + (", ..." if len(changes.edited) > 5 else "")
        raise Conflict(
            f"{options.output} has other files of these names: {shown}",
            fix="choose a new folder with --output, or overwrite them with --force",
        )


def _list(changes: Update) -> None:
    for kind, mark in _MARKS.items():
        for path in getattr(changes, kind):
            _say(f"{mark} {path}")


def _show_commands(rendered: Rendered) -> None:
    for one in rendered.commands:
        _say(f"not run: {one.kind} {one}")


def _say(words: str, end: str = "\n") -> None:
    # What a task prints comes after what was said before.
    print(words, end=end, flush=True)
