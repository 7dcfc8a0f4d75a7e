"""`skafu generate`: write the project of a blueprint, or bring an existing one up to date."""

from pathlib import Path

import click

from skafu.bootstrap import project_of, read_blueprint
from skafu.scaffold import FileTree
from skafu.workspace.differences import difference
from skafu.workspace.project_folder import Update, compare, is_free, lock_of, recover, write_new, write_update

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
    """
    document = read_blueprint(file)
    tree = project_of(document, file.read_text(encoding="utf-8"))
    preview = dry_run or diff
    if not preview:
        recover(output)
    lock = None if is_free(output) else lock_of(output)
    if lock is None:
        _new(tree, output, preview=preview)
        return
    update = compare(tree, output, lock)
    _list(update)
    if diff:
        click.echo(difference(tree, output, update), nl=False)
    if not preview:
        write_update(tree, output, update, force=force)
        click.echo(f"{output}: {_summary(update)}")


def _new(tree: FileTree, output: Path, *, preview: bool) -> None:
    if preview:
        for path in tree:
            click.echo(f"+ {path}")
        return
    write_new(tree, output)
    click.echo(f"{output}: {len(tree)} files written")


def _list(update: Update) -> None:
    for kind, mark in MARKS.items():
        for path in getattr(update, kind):
            click.echo(f"{mark} {path}")


def _summary(update: Update) -> str:
    counts = {"added": update.add, "replaced": update.replace, "removed": update.remove, "kept": update.keep}
    return ", ".join(f"{len(paths)} {word}" for word, paths in counts.items())
