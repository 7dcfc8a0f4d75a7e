"""`skafu analyses`: what an agent makes of a description, or finds in a blueprint."""

import sys
from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.projects.blueprints import text_of
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.kernel.errors import Invalid

AT: Final = "/ai/analyses"
LISTED: Final = (
    ("id", "ANALYSIS"),
    ("subject", "OF"),
    ("agent", "BY"),
    ("status", "STATUS"),
    ("recommendations", "FOUND"),
    ("draft_id", "DRAFT"),
)
STEPS: Final = (("number", "STEP"), ("at", "AT (UTC)"), ("name", "NAME"), ("said", "SAYS"))
FIELDS: Final = (
    "id",
    "project_id",
    "subject",
    "agent",
    "status",
    "steps",
    "draft_id",
    "recommendations",
    "questions",
    "tokens",
    "cached",
    "failure",
)
A_MOMENT: Final = 0.2
file_of_blueprint = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group()
def command() -> None:
    """Have descriptions and blueprints analysed; ANALYSIS is an id."""


@command.command("begin")
@click.argument("description", required=False)
@click.option("--blueprint", type=file_of_blueprint, help="Review this blueprint instead (- for standard input).")
@click.option("--present", type=file_of_blueprint, help="Compare the draft of a description with this blueprint.")
@click.option("--project", help="What it is for.")
@click.option("--agent", default="rules", show_default=True, help="Who analyses a description.")
@click.option("--watch", is_flag=True, help="Wait for its end.")
@remote_command
def begin_analysis(
    remote: Remote,
    description: str | None,
    *,
    blueprint: Path | None,
    present: Path | None,
    project: str | None,
    agent: str,
    watch: bool,
) -> None:
    """Analyse a DESCRIPTION, which becomes a draft, or review a blueprint, which leads to recommendations.

    Exit code with --watch: 0 when it came to an end, 1 when it came to nothing.
    """
    if (description is None) == (blueprint is None):
        raise Invalid("give either a description or a blueprint", fix="skafu analyses begin --blueprint skafu.yaml")
    body = {
        "project_id": project_id_of(remote.client, project) if project else "",
        "description": description,
        "blueprint": None if blueprint is None else text_of(blueprint),
        "present": None if present is None else text_of(present),
        "agent": agent,
    }
    begun = remote.client.post(AT, body).data
    if not watch:
        remote.said(begun, f"analysis {begun['id']} is running")
        return
    found = _ended(remote, begun)
    remote.show_fields(found, FIELDS)
    sys.exit(0 if found["status"] == "completed" else 1)


@command.command("list")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_analyses(remote: Remote, *, project: str | None, limit: int) -> None:
    """List the analyses, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list(AT, LISTED, query=query, limit=limit, none="nothing has been analysed")


@command.command("show")
@click.argument("analysis")
@remote_command
def show_analysis(remote: Remote, analysis: str) -> None:
    """Show an analysis as it stands."""
    remote.show_fields(remote.client.get(f"{AT}/{analysis}").data, FIELDS)


@command.command("steps")
@click.argument("analysis")
@limited
@remote_command
def list_steps(remote: Remote, analysis: str, *, limit: int) -> None:
    """List the steps of an analysis."""
    remote.list(f"{AT}/{analysis}/steps", STEPS, limit=limit, none="no step was taken yet")


def _ended(remote: Remote, found: Json) -> Json:
    """An analysis once it has ended; the server ends each after a while."""
    while found["status"] == "running":
        remote.client.wait(A_MOMENT)
        found = remote.client.get(f"{AT}/{found['id']}").data
    return found
