"""What `skafu render` does: from a template and answers to files in a folder.

Nothing here needs click, so that a plain command line starts without it.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.render.answers import given_answers
from skafu.entrypoints.cli.render.copier_settings import CopierSettings, copier_settings
from skafu.entrypoints.cli.render.nobody import Nobody
from skafu.kernel.errors import Conflict
from skafu.scaffold import Dice, FileTree, Interviewer, Place, Rendered, Template, Value, fill, load
from skafu.scaffold.formats import COOKIECUTTER, COPIER, format_of
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
    settings = copier_settings()
    if not options.trust and _is_listed(source, options, settings):
        _say(f"note: {source.address} is trusted by {settings.path}")
        options = options._replace(trust=True)
    rendered = _filled(source, options, settings)
    if options.defaults and rendered.before:
        _say(rendered.before.rstrip())
    _write(rendered, options)


def _is_listed(source: Source, options: Options, settings: CopierSettings) -> bool:
    """Whether Copier, which reads folders and repositories, would run the code of a template without being told to."""
    is_zip = not source.is_own and source.commit_hash is None
    is_of_copier = (options.kind or format_of(source.files)) == COPIER
    return is_of_copier and not is_zip and settings.trusts(source.address)


def _filled(source: Source, options: Options, settings: CopierSettings) -> Rendered:
    """Fill in the user's own templates here, and those of strangers in a worker, unless they are trusted."""
    interviewer = None if options.defaults else _interviewer()
    given = given_answers(options.data, options.data_file)
    place = _place(source, options, settings)
    if options.trust:
        files = _trusted_files(source, options)
        template = _trusted(files, options.kind)
        return fill(template, given, place=_standing(place, source, files), interviewer=interviewer)
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


def _trusted_files(source: Source, options: Options) -> FileTree:
    from skafu.workspace.trusted_commands import before_questions

    is_cookiecutter = (options.kind or format_of(source.files)) == COOKIECUTTER
    return before_questions(source.files) if is_cookiecutter else source.files


def _trusted(files: FileTree, kind: str | None) -> Template:
    from skafu.scaffold.wanted_extensions import wanted_extensions
    from skafu.workspace.trusted_code import trusted_extensions

    trusted = trusted_extensions(files, wanted_extensions(files, kind))
    return load(files, kind=kind, trusted=trusted)


def _standing(place: Place, source: Source, files: FileTree) -> Place:
    """Say where a trusted template stands, so that its tasks and hooks find their files."""
    from skafu.workspace.standing_templates import standing

    stands_as_it_is = source.folder is not None and files is source.files
    return place if stands_as_it_is else place._replace(folder=str(standing(files)))


def _interviewer() -> Interviewer:
    if not sys.stdin.isatty():
        return Nobody()
    from skafu.entrypoints.cli.render.terminal import Terminal

    return Terminal()


def _place(source: Source, options: Options, settings: CopierSettings) -> Place:
    folder = options.output.absolute()

    def existing(path: str) -> bytes | None:
        target = folder / path
        inside = is_safe(path) and target.resolve().is_relative_to(folder.resolve())
        return target.read_bytes() if inside and target.is_file() else None

    return Place(
        source=source.address,
        commit=source.commit,
        commit_hash=source.commit_hash,
        destination=str(folder),
        written=str(options.output),
        folder=_folder(source, options),
        at=options.at,
        now=datetime.now().astimezone(),
        dice=_dice,
        existing=existing,
        defaults=tuple(settings.defaults.items()),
    )


def _folder(source: Source, options: Options) -> str | None:
    # Cookiecutter says where a folder is as it was written, Copier all of its path.
    is_copier = (options.kind or format_of(source.files)) == COPIER
    return None if source.folder is None or not is_copier else str(source.folder)


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

        # Elsewhere than on a terminal it is a patch, and must fit.
        text = difference(rendered.tree, options.output, changes)
        print(harmless(text) if sys.stdout.isatty() else text, end="", flush=True)
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
            _say(f"{mark} {harmless(path, newlines=False)}")


def _show_commands(rendered: Rendered) -> None:
    for one in rendered.commands:
        _say(f"not run: {one.kind} {one}")


def _say(words: str) -> None:
    # What a task prints comes after what was said before.
    print(harmless(words), flush=True)
