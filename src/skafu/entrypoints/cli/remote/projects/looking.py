"""`skafu projects list`, `show` and `history`."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.moments import moment
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("name", "NAME"),
    ("standing", "STANDING"),
    ("revision", "REVISION"),
    ("status", "STATUS"),
    ("updated_at", "UPDATED (UTC)"),
    ("address", "REPOSITORY"),
)
FIELDS: Final = (
    "name",
    "id",
    "title",
    "description",
    "status",
    "standing",
    "revision",
    "errors",
    "template",
    "template_version",
    "generating",
    "proving",
    "trouble",
    "created_at",
    "version",
)
BEGIN: Final = 'skafu projects create NAME "What the system is to do." --watch'
HAPPENED: Final = (
    ("version", "VERSION"),
    ("at", "AT (UTC)"),
    ("type", "EVENT"),
    ("actor_kind", "BY"),
    ("actor", "WHO"),
)


@click.command("list")
@click.option("--status", type=click.Choice(["active", "archived"]), help="Only those.")
@click.option(
    "--standing",
    type=click.Choice(["nothing", "unproven", "not_proven", "overridden", "proven"]),
    help="Only those whose newest files stand so.",
)
@click.option(
    "--created-after", type=moment, metavar="MOMENT", help="Only those made then or later: 2026-01-31T12:00:00Z."
)
@click.option("--created-before", type=moment, metavar="MOMENT", help="Only those made before.")
@limited
@remote_command
def list_projects(remote: Remote, *, limit: int, **query: Any) -> None:  # noqa: ANN401 one for each option
    """List the projects, the newest changes first."""
    none = "there is no such project" if any(query.values()) else f"there is no project yet: {BEGIN}"
    remote.list("/projects", LISTED, query=query, limit=limit, none=none)


@click.command("show")
@click.argument("project")
@click.option("--at-version", type=click.IntRange(min=1), help="As it stood then.")
@remote_command
def show_project(remote: Remote, project: str, *, at_version: int | None) -> None:
    """Show a project as it stands."""
    found = remote.client.get(f"/projects/{project_id_of(remote.client, project)}", {"at_version": at_version}).data
    proof, published = found["proof"] or {}, found["publication"] or {}
    more = {
        "proof": f"{'proven' if proof['proven'] else 'not proven'}, revision {proof['revision']}" if proof else None,
        "failed checks": proof.get("failed"),
        "why": proof.get("reason"),
        "repository": published.get("address"),
        "commit": published.get("commit"),
        "pull request": published.get("pull_request"),
        "deployments": [f"{each['environment']}: {each['state']}" for each in found["deployments"]],
    }
    if remote.as_json:
        remote.show_fields(found, FIELDS)
    else:
        remote.show_fields({**found, **more}, (*FIELDS, *more))


@click.command("history")
@click.argument("project")
@limited
@remote_command
def show_history(remote: Remote, project: str, *, limit: int) -> None:
    """List what has happened to a project, and who wanted it."""
    path = f"/projects/{project_id_of(remote.client, project)}/history"
    remote.list(path, HAPPENED, limit=limit, none="nothing has happened")
