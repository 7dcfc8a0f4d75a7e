"""`skafu deployments`."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("id", "DEPLOYMENT"),
    ("environment", "ENVIRONMENT"),
    ("workflow", "WORKFLOW"),
    ("state", "STATE"),
    ("updated_at", "UPDATED (UTC)"),
    ("address", "ADDRESS"),
    ("problem", "PROBLEM"),
)
FIELDS: Final = (
    "id",
    "repository_id",
    "project_id",
    "environment",
    "workflow",
    "state",
    "attempt",
    "address",
    "seen_at",
)


@click.group()
def command() -> None:
    """Start workflows and follow deployments; they run at the host, with the rights that they have there."""


@command.command("list")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_deployments(remote: Remote, *, project: str | None, limit: int) -> None:
    """List runs of workflows and deployments, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/deployments", LISTED, query=query, limit=limit, none="there is no deployment")


@command.command("show")
@click.argument("deployment")
@remote_command
def show_deployment(remote: Remote, deployment: str) -> None:
    """Show a deployment as it stands."""
    remote.show_fields(remote.client.get(f"/deployments/{deployment}").data, FIELDS)


@command.command("start")
@click.argument("repository")
@click.argument("workflow")
@click.option("--ref", default="main", show_default=True, help="The branch or tag to run it on.")
@click.option("--environment", default="", help="The stage that it deploys to.")
@remote_command
def start_workflow(remote: Remote, repository: str, workflow: str, *, ref: str, environment: str) -> None:
    """Start the workflow (a file such as deliver.yaml) of the repository with this id, and follow it."""
    body = {"workflow": workflow, "ref": ref, "environment": environment}
    found = remote.client.post(f"/repositories/{repository}/workflow-runs", body).data
    remote.said(found, f"{workflow} is {found['state']} ({found['id']})")


@command.command("follow")
@click.argument("repository")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--environment", default="", help="The stage.")
@remote_command
def follow_deployment(remote: Remote, repository: str, number: int, *, environment: str) -> None:
    """Follow a deployment that somebody started at the host; NUMBER is the host's id of it."""
    body = {"number": number, "environment": environment}
    found = remote.client.post(f"/repositories/{repository}/deployments", body).data
    remote.said(found, f"deployment {number} is {found['state']} ({found['id']})")
