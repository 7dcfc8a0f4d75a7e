"""`skafu generate`: write the project of a blueprint, or bring an existing one up to date."""

from pathlib import Path

import click

from skafu.blueprint.lock import Lock
from skafu.bootstrap import blueprint_text, project_of, read_blueprint
from skafu.scaffold import FileTree
from skafu.workspace.changed_paths import Update
from skafu.workspace.differences import difference
from skafu.workspace.project_folder import (
    alone,
    compare,
    is_free,
    lock_of,
    recover,
    refuse_taken,
    write_new,
    write_update,
)
from skafu.workspace.updates import refuse_edited

MARKS = {"add": "+", "replace": "~", "remove": "-", "edited": "!"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="The project's folder.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Show the differences, and write nothing.")
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited; never files that are yours.")
def command(file: Path, output: Path, *, dry_run: bool, diff: bool, force: bool) -> None:
    """Write the project of the blueprint FILE into a folder, or bring the project there up to date.

    Generated files that nobody touched are replaced, new ones added, and the ones that the blueprint no longer asks
    for removed. Files that are yours are kept. Generated files that were edited are listed and refused.

    Exit code 0: done; 1: refused, nothing was written; 2: wrong usage, or a blueprint with errors.
    """
    document = read_blueprint(file)
    tree = project_of(document, blueprint_text(file))
    if dry_run or diff:
        _preview(tree, output, diff=diff, force=force)
        return
    _finish(output)
    if (lock := lock_of(output)) is None:
        write_new(tree, output)
        click.echo(f"{output}: {len(tree)} files written")
    else:
        _update(tree, output, lock, force=force)


def _preview(tree: FileTree, output: Path, *, diff: bool, force: bool) -> None:
    if (lock := lock_of(output)) is None:
        refuse_taken(output)
        _list(Update(add=tuple(tree)))
        return
    update = compare(tree, output, lock)
    _list(update)
    if diff:
        click.echo(difference(tree, output, update), nl=False)
    if not force:
        refuse_edited(update)


def _finish(output: Path) -> None:
    if is_free(output):
        return
    with alone(output):
        if recover(output):
            click.echo(f"{output}: an update that was interrupted is finished now")


def _update(tree: FileTree, output: Path, lock: Lock, *, force: bool) -> None:
    with alone(output):
        update = compare(tree, output, lock)
        _list(update)
        write_update(tree, output, update, force=force)
    click.echo(f"{output}: {_summary(update)}")


def _list(update: Update) -> None:
    for kind, mark in MARKS.items():
        for path in getattr(update, kind):
            click.echo(f"{mark} {path}")


def _summary(update: Update) -> str:
    counts = {
        "added": update.add,
        "replaced": update.replace,
        "removed": update.remove,
        "overwritten": update.edited,
        "kept": update.keep,
    }
    return ", ".join(f"{len(paths)} {word}" for word, paths in counts.items() if paths or word != "overwritten")
