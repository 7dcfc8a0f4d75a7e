"""`skafu schema`: the JSON Schema of blueprints, for editors."""

import json

import click

from skafu.blueprint import json_schema


@click.command()
def command() -> None:
    """Print the JSON Schema of blueprints, for editors."""
    click.echo(json.dumps(json_schema(), indent=2))
