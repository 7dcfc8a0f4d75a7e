"""`skafu template new`: start a template."""

import re
from pathlib import Path

import click

from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import Place, fill, load
from skafu.workspace.project_folder import is_free
from skafu.workspace.rendering import changes_of, write_rendered
from skafu.workspace.sources import read_source

STARTER = "template"
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="Name of the template; that of the folder unless given.")
def command(folder: Path, name: str | None) -> None:
    """Start a template in the new folder DIR: questions, a few files, a test, a README.

    It is a template of Copier, and passes `skafu template check` as it is.

    Exit code 0: done; 1: the folder holds something already; 2: wrong usage.
    """
    wanted = name or folder.absolute().name
    if not _NAME.fullmatch(wanted):
        raise Invalid(f"{wanted!r} is no name for a template", fix="give one like my-service with --name")
    if not is_free(folder):
        raise Conflict(f"{folder} holds something already", fix="choose a new folder")
    source = read_source(STARTER)
    rendered = fill(load(source.files), {"name": wanted}, place=Place(destination=str(folder.absolute())))
    write_rendered(rendered, folder, changes_of(rendered, folder))
    click.echo(f"{folder}: {len(rendered.tree)} files written")
    click.echo(f"next: edit {folder / 'copier.yml'} and {folder / 'template'}, then skafu template check {folder}")
