"""`skafu template docs`: document a template."""

import sys
from pathlib import Path

import click
import msgspec

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.template.reading import described, read_template
from skafu.scaffold.describing import markdown


@click.command()
@click.argument("source")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--at", metavar="TAG", help="Tag, branch or commit of a git repository; HEAD for the newest.")
@click.option("--directory", default="", metavar="PATH", help="Folder of the source where the template starts.")
@click.option("--format", "kind", type=click.Choice(["copier", "cookiecutter"]), help="When the source holds both.")
@click.option("--json", "as_json", is_flag=True, help="Print the description as JSON.")
def command(
    source: str, output: Path | None, at: str | None, directory: str, kind: str | None, *, as_json: bool
) -> None:
    """Document the template SOURCE: how to use it, its questions, files and commands, as Markdown.

    Exit code 0: done; 2: there is no such template, or it can't be read.
    """
    found = described(read_template(source, at=at, directory=directory, kind=kind), kind)
    if as_json:
        text = msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
    else:
        text = f"# {source.rstrip('/').rpartition('/')[2]}\n\n{markdown(found, source)}"
    if output is None:
        click.echo(harmless(text) if sys.stdout.isatty() and not as_json else text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output} written")
