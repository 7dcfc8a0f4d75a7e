"""`skafu plan`: turn a description into a blueprint."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from skafu.entrypoints.cli.descriptions import description_of
from skafu.kernel.errors import Conflict
from skafu.workspace.single_file import write_whole

if TYPE_CHECKING:
    from skafu.planning import Plan


@click.command()
@click.argument("source", metavar="TEXT|FILE|-")
@click.option("--explain", is_flag=True, help="Say for each element where it comes from.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the blueprint to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print blueprint, provenance and questions as JSON.")
def command(source: str, *, explain: bool, output: Path | None, as_json: bool) -> None:
    """Turn a description into a blueprint by rules: no model, no key, no network.

    The description is the text itself, a file, or standard input (-).
    """
    from skafu.planning import plan

    made = plan(description_of(source))
    text = made.written()
    if output is not None:
        _save(text, output)
    if as_json:
        click.echo(_json(made))
        return
    if explain:
        click.echo(made.explain())
    elif output is None:
        click.echo(text, nl=False)
    click.secho(f"planned by {made.planner}", err=True, dim=True)
    for question in made.questions:
        click.secho(f"? {question.text}", err=True, fg="yellow")
    if output is not None:
        click.echo(f"{output}: written", err=True)


def _json(made: "Plan") -> str:
    blueprint = made.blueprint.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found = {
        "blueprint": {"skafu": made.blueprint.skafu, **blueprint},
        "provenance": made.provenance,
        "questions": made.questions,
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def _save(text: str, output: Path) -> None:
    content = text.encode()
    if output.exists():
        if output.read_bytes() == content:
            return
        raise Conflict(f"{output} exists already", fix="choose another file, or remove it first")
    write_whole(content, output)
