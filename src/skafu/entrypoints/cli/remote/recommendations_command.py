"""`skafu recommendations`: what analyses have found, and what is done about it."""

from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.drafts_command import tell_draft
from skafu.entrypoints.cli.remote.projects.blueprints import text_of
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

AT: Final = "/ai/recommendations"
LISTED: Final = (
    ("id", "RECOMMENDATION"),
    ("severity", "SEVERITY"),
    ("status", "STATUS"),
    ("line", "LINE"),
    ("message", "MESSAGE"),
)
FIELDS: Final = (
    "id",
    "analysis_id",
    "project_id",
    "status",
    "severity",
    "code",
    "place",
    "line",
    "message",
    "reason",
    "fix",
    "change",
    "without",
    "draft_id",
    "dismissed_because",
)


@click.group()
def command() -> None:
    """See and follow recommendations; RECOMMENDATION is an id."""


@command.command("list")
@click.option("--project", help="Only those for this project.")
@click.option("--analysis", help="Only those of this analysis.")
@click.option("--status", type=click.Choice(["open", "applied", "dismissed"]), help="Only those.")
@limited
@remote_command
def list_recommendations(
    remote: Remote, *, project: str | None, analysis: str | None, status: str | None, limit: int
) -> None:
    """List what was found, the newest first."""
    identifier = project_id_of(remote.client, project) if project else None
    query = {"project_id": identifier, "analysis_id": analysis, "status": status}
    remote.list(AT, LISTED, query=query, limit=limit, none="there is no such recommendation")


@command.command("show")
@click.argument("recommendation")
@remote_command
def show_recommendation(remote: Remote, recommendation: str) -> None:
    """Show a finding with its reason, its fix and the change that makes it."""
    remote.show_fields(remote.client.get(f"{AT}/{recommendation}").data, FIELDS)


@command.command("apply")
@click.argument("recommendation")
@click.option(
    "--blueprint",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Make the change in this text; in the one that was analysed without it.",
)
@remote_command
def apply_recommendation(remote: Remote, recommendation: str, *, blueprint: Path | None) -> None:
    """Make the change of a recommendation in a draft, and show what it changes."""
    body = {"blueprint": None if blueprint is None else text_of(blueprint)}
    tell_draft(remote, remote.client.post(f"{AT}/{recommendation}/apply", body).data)


@command.command("dismiss")
@click.argument("recommendation")
@click.option("--reason", default="", help="Stays on record.")
@remote_command
def dismiss_recommendation(remote: Remote, recommendation: str, *, reason: str) -> None:
    """Leave it as it is."""
    found = remote.client.post(f"{AT}/{recommendation}/dismiss", {"reason": reason}).data
    remote.said(found, f"recommendation {recommendation} is {found['status']}")
