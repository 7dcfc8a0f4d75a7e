"""The command `skafu render`, as click reads it."""

from pathlib import Path

import click

from skafu.entrypoints.cli.render.filling import Options, render


@click.command()
@click.argument("source")
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where the files go.")
@click.option("--data", multiple=True, metavar="NAME=VALUE", help="An answer; may be repeated.")
@click.option("--data-file", multiple=True, type=click.Path(path_type=Path), help="A YAML or JSON file with answers.")
@click.option("--defaults", is_flag=True, help="Ask nothing: defaults stand for what is not given.")
@click.option("--at", metavar="TAG", help="Tag, branch or commit of a git repository; HEAD for the newest.")
@click.option("--directory", default="", metavar="PATH", help="Folder of the source where the template starts.")
@click.option("--format", "kind", type=click.Choice(["copier", "cookiecutter"]), help="When the source holds both.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--diff", is_flag=True, help="Show the differences, and write nothing.")
@click.option("--trust", is_flag=True, help="Run the tasks or hooks of the template: code of whoever wrote it.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def command(**options: object) -> None:
    """Fill in the template SOURCE: a folder, a git repository, a zip, or a name of the catalog.

    Templates of Copier (copier.yml) and of Cookiecutter (cookiecutter.json) give the same files as with the tools
    themselves. Their tasks, hooks and migrations are shown, and run only with --trust.

    Exit code 0: done; 1: refused, nothing was written; 2: wrong usage, a wrong answer, or a broken template.
    """
    render(Options(**options))  # type: ignore[arg-type] # click gives what the options above say
