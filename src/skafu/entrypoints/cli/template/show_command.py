"""`skafu template show`: one template of the catalog."""

import click
import msgspec

from skafu.entrypoints.cli.template.reading import described
from skafu.scaffold.describing import DescribedQuestion
from skafu.workspace.sources import read_source, summary_of


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(name: str, *, as_json: bool) -> None:
    """Show the template NAME of the catalog: what it is for, what it asks, which files it makes.

    Exit code 0: done; 2: the catalog has no such template.
    """
    summary = summary_of(name)
    found = described(read_source(name))
    if as_json:
        shown = {"name": name, "summary": summary, **msgspec.to_builtins(found)}
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
        return
    click.echo(f"{name}: {summary}\n\nquestions")
    for question in found.questions:
        if not question.computed:
            click.echo(f"  {question.name}  {_words(question)}")
    click.echo("\nfiles")
    for path in found.files:
        click.echo(f"  {path}")
    click.echo(f"\nfill it in: skafu render {name} --output DIR")


def _words(question: DescribedQuestion) -> str:
    details = [", ".join(question.choices) or question.type]
    details += ["required"] if question.required else [f"default {question.default}"] if question.default else []
    return f"{question.help} [{'; '.join(details)}]".strip()
