"""`skafu projects archive`, `restore` and `delete`."""

import click

from skafu.entrypoints.cli.remote.asking import make_sure
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, matched, remote_command


@click.command("archive")
@click.argument("project")
@matched
@remote_command
def archive_project(remote: Remote, project: str, *, if_match: str | None) -> None:
    """Put a project away: it can be read, and nothing changes in it until it is restored."""
    path = f"/projects/{project_id_of(remote.client, project)}/archive"
    remote.said(remote.client.post(path, if_match=if_match).data, f"{project} is archived")


@click.command("restore")
@click.argument("project")
@matched
@remote_command
def restore_project(remote: Remote, project: str, *, if_match: str | None) -> None:
    """Take an archived project into use again."""
    path = f"/projects/{project_id_of(remote.client, project)}/restore"
    remote.said(remote.client.post(path, if_match=if_match).data, f"{project} is in use again")


@click.command("delete")
@click.argument("project")
@click.option("--yes", is_flag=True, help="Do not ask.")
@matched
@remote_command
def delete_project(remote: Remote, project: str, *, yes: bool, if_match: str | None) -> None:
    """End a project: its name is free again; its history and its repository stay."""
    path = f"/projects/{project_id_of(remote.client, project)}"
    make_sure(f"Delete {project}?", yes=yes)
    remote.client.change("DELETE", path, if_match=if_match)
    remote.said(None, f"{project} is deleted")
