"""`skafu repositories list`, `show`, `pull-requests` and `pull-request`."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("id", "REPOSITORY"),
    ("name", "NAME"),
    ("provider", "HOST"),
    ("owner", "OWNER"),
    ("state", "STATE"),
    ("address", "ADDRESS"),
    ("problem", "PROBLEM"),
)
PULLS: Final = (
    ("id", "PULL REQUEST"),
    ("number", "NUMBER"),
    ("state", "STATE"),
    ("title", "TITLE"),
    ("address", "ADDRESS"),
    ("problem", "PROBLEM"),
)
PULL_FIELDS: Final = (
    "id",
    "repository_id",
    "project_id",
    "number",
    "state",
    "title",
    "address",
    "problem",
    "updated_at",
)
FIELDS: Final = (
    "id",
    "name",
    "project_id",
    "provider",
    "owner",
    "private",
    "state",
    "address",
    "clone_address",
    "branch",
    "commit",
    "pushing",
    "protected",
    "variables",
    "secrets",
    "problem",
    "fix",
)


@click.command("list")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_repositories(remote: Remote, *, project: str | None, limit: int) -> None:
    """List the repositories, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/repositories", LISTED, query=query, limit=limit, none="there is no repository")


@click.command("show")
@click.argument("repository")
@remote_command
def show_repository(remote: Remote, repository: str) -> None:
    """Show a repository as it stands."""
    remote.show_fields(remote.client.get(f"/repositories/{repository}").data, FIELDS)


@click.command("pull-requests")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_pull_requests(remote: Remote, *, project: str | None, limit: int) -> None:
    """List the pull requests of Skafu, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/pull-requests", PULLS, query=query, limit=limit, none="there is no pull request")


@click.command("pull-request")
@click.argument("pull_request")
@remote_command
def show_pull_request(remote: Remote, pull_request: str) -> None:
    """Show a pull request as it stands; PULL_REQUEST is an id."""
    remote.show_fields(remote.client.get(f"/pull-requests/{pull_request}").data, PULL_FIELDS)
