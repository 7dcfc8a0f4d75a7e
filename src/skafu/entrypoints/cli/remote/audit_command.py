"""`skafu audit`: who did what, when and from where."""

import sys
from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.moments import moment
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("at", "AT (UTC)"),
    ("type", "EVENT"),
    ("stream", "ABOUT"),
    ("actor_kind", "BY"),
    ("actor", "WHO"),
    ("address", "FROM"),
)


@click.command()
@click.option("--actor", help="The id of a person, a token or a part of Skafu.")
@click.option("--type", "type_", metavar="EVENT", help="Such as project.ProjectCreated.")
@click.option("--aggregate", help="Such as project.")
@click.option("--stream", help="One aggregate, such as project-...")
@click.option("--since", type=moment, metavar="MOMENT", help="Not before: 2026-01-31T12:00:00Z.")
@click.option("--until", type=moment, metavar="MOMENT", help="Before.")
@click.option("--export", "export", type=click.Choice(["csv", "jsonl"]), help="Print all rows in this form.")
@limited
@remote_command
def command(remote: Remote, *, limit: int, export: str | None, type_: str | None, **filters: Any) -> None:  # noqa: ANN401
    """List every event of the organisation, newest first: who wanted it, when, and from which address."""
    query = {**filters, "type": type_}
    if export:
        content = remote.client.file("/audit/export", {**query, "format": export})
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    remote.list("/audit", LISTED, query=query, limit=limit, none="nothing of that kind has happened")
