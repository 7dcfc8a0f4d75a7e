"""`skafu repositories create`, `push`, `propose` and `remove`: what becomes of a repository and its commits."""

import hashlib
from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.asking import make_sure
from skafu.entrypoints.cli.remote.client import Client
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, matched, remote_command

AT: Final = "/repositories"
revised = click.option(
    "--revision", type=click.IntRange(min=0), default=0, help="Of the blueprint; what was generated last without it."
)


@click.command("create")
@click.argument("project")
@click.option("--name", help="Of the repository; the project's without it.")
@click.option("--host", type=click.Choice(["local", "github"]), default="local", help="Where it stands.")
@click.option("--owner", default="", help="The account at GitHub.")
@click.option("--public", is_flag=True, help="Let everybody see it at GitHub.")
@click.option("--description", default="", help="One line about it.")
@click.option("--empty", is_flag=True, help="Push nothing yet.")
@revised
@remote_command
def create_repository(remote: Remote, project: str, *, revision: int, empty: bool, **options: Any) -> None:  # noqa: ANN401
    """Have a repository made for a project, with the files that were generated as its first commit."""
    identifier = project_id_of(remote.client, project)
    body = {
        "project_id": identifier,
        "name": options["name"] or remote.client.get(f"/projects/{identifier}", {"fields": "name"}).data["name"],
        "provider": options["host"],
        "owner": options["owner"],
        "private": not options["public"],
        "description": options["description"],
        "tree_id": None if empty else _tree_id(remote.client, identifier, revision),
    }
    found = remote.client.post(AT, body).data
    remote.said(found, f"{found['name']} is {found['state']} ({found['id']})")


@click.command("push")
@click.argument("repository")
@click.option("--message", required=True, help="Of the commit.")
@revised
@matched
@remote_command
def push_files(remote: Remote, repository: str, *, message: str, revision: int, if_match: str | None) -> None:
    """Make the files of its project the next commit of the main branch; work of others is never pushed over."""
    body = {"tree_id": _tree_of(remote.client, repository, revision), "message": message}
    found = remote.client.post(f"{AT}/{repository}/pushes", body, if_match=if_match).data
    remote.said(found, f"the files are on their way to {found['name']}")


@click.command("propose")
@click.argument("repository")
@click.option("--title", required=True, help="What it changes.")
@click.option("--body", default="", help="Why; Markdown.")
@revised
@matched
@remote_command
def propose_files(
    remote: Remote, repository: str, *, title: str, body: str, revision: int, if_match: str | None
) -> None:
    """Open a pull request with the files of its project."""
    wanted = {"tree_id": _tree_of(remote.client, repository, revision), "title": title, "body": body}
    found = remote.client.post(f"{AT}/{repository}/pull-requests", wanted, if_match=if_match).data
    remote.said(found, f"the pull request is {found['state']} ({found['id']})")


@click.command("remove")
@click.argument("repository")
@click.option("--yes", is_flag=True, help="Do not ask.")
@matched
@remote_command
def remove_repository(remote: Remote, repository: str, *, yes: bool, if_match: str | None) -> None:
    """Take a repository back, if it holds nothing but Skafu's commits; otherwise it stays, on record."""
    make_sure(f"Remove the repository {repository}?", yes=yes)
    found = remote.client.change("DELETE", f"{AT}/{repository}", if_match=if_match).data
    remote.said(found, f"{found['name']} is {found['state']}")


def _tree_of(client: Client, repository: str, revision: int) -> str:
    project = client.get(f"{AT}/{repository}", {"fields": "project_id"}).data["project_id"]
    return _tree_id(client, project, revision)


def _tree_id(client: Client, project_id: str, revision: int) -> str:
    """The id of generated files: the digest of their archive."""
    return hashlib.sha256(client.file(f"/projects/{project_id}/archive", {"revision": revision})).hexdigest()
