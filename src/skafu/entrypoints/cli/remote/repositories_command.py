"""`skafu repositories`."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command

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
    ("number", "NUMBER"),
    ("state", "STATE"),
    ("title", "TITLE"),
    ("address", "ADDRESS"),
    ("problem", "PROBLEM"),
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


@click.group()
def command() -> None:
    """Look at the repositories that Skafu made; REPOSITORY is an id."""


@command.command("list")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_repositories(remote: Remote, *, project: str | None, limit: int) -> None:
    """List the repositories, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/repositories", LISTED, query=query, limit=limit, none="there is no repository")


@command.command("show")
@click.argument("repository")
@remote_command
def show_repository(remote: Remote, repository: str) -> None:
    """Show a repository as it stands."""
    remote.show_fields(remote.client.get(f"/repositories/{repository}").data, FIELDS)


@command.command("pull-requests")
@click.option("--project", help="Only those of this project.")
@limited
@remote_command
def list_pull_requests(remote: Remote, *, project: str | None, limit: int) -> None:
    """List the pull requests of Skafu, the newest first."""
    query = {"project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/pull-requests", PULLS, query=query, limit=limit, none="there is no pull request")


@command.command("remove")
@click.argument("repository")
@click.option("--yes", is_flag=True, help="Do not ask.")
@matched
@remote_command
def remove_repository(remote: Remote, repository: str, *, yes: bool, if_match: str | None) -> None:
    """Take a repository back, if it holds nothing but Skafu's commits; otherwise it stays, on record."""
    if not yes:
        click.confirm(f"Remove the repository {repository}?", abort=True, err=True)
    found = remote.client.change("DELETE", f"/repositories/{repository}", if_match=if_match).data
    remote.said(found, f"{found['name']} is {found['state']}")
