"""`skafu drafts`: blueprints that were proposed."""

import sys
from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.projects.blueprints import text_of
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command
from skafu.entrypoints.cli.remote.tables import harmless

AT: Final = "/ai/drafts"
LISTED: Final = (
    ("id", "DRAFT"),
    ("status", "STATUS"),
    ("project_id", "PROJECT"),
    ("analysis_id", "ANALYSIS"),
    ("recommendations", "RECOMMENDATIONS"),
)


@click.group()
def command() -> None:
    """See, accept and discard drafts of blueprints; DRAFT is an id."""


@command.command("list")
@click.option("--project", help="Only those for this project.")
@click.option("--status", type=click.Choice(["open", "accepted", "discarded"]), help="Only those.")
@limited
@remote_command
def list_drafts(remote: Remote, *, project: str | None, status: str | None, limit: int) -> None:
    """List the drafts, the newest first."""
    identifier = project_id_of(remote.client, project) if project else None
    query = {"project_id": identifier, "status": status}
    remote.list(AT, LISTED, query=query, limit=limit, none="there is no such draft")


@command.command("show")
@click.argument("draft")
@click.option("--blueprint", "whole", is_flag=True, help="Print the whole text instead.")
@remote_command
def show_draft(remote: Remote, draft: str, *, whole: bool) -> None:
    """Show what a draft changes."""
    found = remote.client.get(f"{AT}/{draft}").data
    if whole and not remote.as_json:
        text = str(found["blueprint"])
        click.echo(harmless(text) if sys.stdout.isatty() else text, nl=False)
        return
    tell_draft(remote, found)


@command.command("propose")
@click.argument("recommendations", nargs=-1, required=True, metavar="RECOMMENDATION...")
@click.option(
    "--blueprint",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Make the changes in this text; in the one that was analysed without it.",
)
@remote_command
def propose_draft(remote: Remote, recommendations: tuple[str, ...], *, blueprint: Path | None) -> None:
    """Make the changes of several recommendations, in their order, in one draft."""
    text = None if blueprint is None else text_of(blueprint)
    tell_draft(remote, remote.client.post(AT, {"recommendations": list(recommendations), "blueprint": text}).data)


@command.command("accept")
@click.argument("draft")
@matched
@remote_command
def accept_draft(remote: Remote, draft: str, *, if_match: str | None) -> None:
    """Accept a draft: where it is for a project, it becomes its next revision."""
    found = remote.client.post(f"{AT}/{draft}/accept", if_match=if_match).data
    remote.said(found, f"draft {draft} is {found['status']}")


@command.command("discard")
@click.argument("draft")
@click.option("--reason", default="", help="Stays on record.")
@matched
@remote_command
def discard_draft(remote: Remote, draft: str, *, reason: str, if_match: str | None) -> None:
    """Discard a draft."""
    found = remote.client.post(f"{AT}/{draft}/discard", {"reason": reason}, if_match=if_match).data
    remote.said(found, f"draft {draft} is {found['status']}")


def tell_draft(remote: Remote, found: Json) -> None:
    """Tell a draft: its id, and the lines that it changes."""
    remote.show(found, lambda: "\n".join([f"draft {found['id']} is {found['status']}", *_lines(found)]))


def _lines(found: Json) -> list[str]:
    return [harmless(each, newlines=False) for each in found["difference"]]
