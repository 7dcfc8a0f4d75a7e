"""`skafu projects generate`, `prove`, `watch`, `cancel` and `retry`: what takes a while."""

import sys
from typing import Any

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Command, Remote, matched, remote_command
from skafu.entrypoints.cli.remote.watching import watch_process, watch_run

watched = click.option("--watch", is_flag=True, help="Follow the run to its end.")


def of_a_kind(function: Command) -> Command:
    """Give a command the kind of process."""
    kinds: Any = click.Choice(["provisioning", "update"])
    return click.option("--kind", type=kinds, default="provisioning", show_default=True, help="Which process.")(
        function
    )


@click.command("generate")
@click.argument("project")
@click.option("--revision", type=click.IntRange(min=0), default=0, help="Of the blueprint; the newest without it.")
@watched
@matched
@remote_command
def generate_project(remote: Remote, project: str, *, revision: int, watch: bool, if_match: str | None) -> None:
    """Have the files of a project generated."""
    path = f"/projects/{project_id_of(remote.client, project)}/generate"
    _begun(remote, remote.client.post(path, {"revision": revision}, if_match=if_match).data, watch=watch)


@click.command("prove")
@click.argument("project")
@watched
@matched
@remote_command
def prove_project(remote: Remote, project: str, *, watch: bool, if_match: str | None) -> None:
    """Have the files proven that were generated last."""
    path = f"/projects/{project_id_of(remote.client, project)}/prove"
    _begun(remote, remote.client.post(path, if_match=if_match).data, watch=watch)


@click.command("watch")
@click.argument("project")
@of_a_kind
@remote_command
def watch_project(remote: Remote, project: str, *, kind: str) -> None:
    """Follow how a project becomes a proven repository, live; goes on where it was when the connection is cut.

    Exit code 0: it did; 1: it came to nothing, or was cancelled; 2: there is no such process.
    """
    again = f"skafu projects watch {project}" + ("" if kind == "provisioning" else f" --kind {kind}")
    sys.exit(watch_process(remote, project_id_of(remote.client, project), kind, again))


@click.command("cancel")
@click.argument("project")
@click.option("--reason", default="", help="Stays on record.")
@of_a_kind
@matched
@remote_command
def cancel_process(remote: Remote, project: str, *, reason: str, kind: str, if_match: str | None) -> None:
    """Stop the provisioning or the update of a project; a repository that it made is removed, or kept on record."""
    path = f"/projects/{project_id_of(remote.client, project)}/processes/{kind}/cancel"
    found = remote.client.post(path, {"reason": reason}, if_match=if_match).data
    remote.said(found, f"{project}: {kind} {found['state']}")


@click.command("retry")
@click.argument("project")
@of_a_kind
@matched
@remote_command
def retry_process(remote: Remote, project: str, *, kind: str, if_match: str | None) -> None:
    """Go on from the step that failed; what was done is not done again."""
    path = f"/projects/{project_id_of(remote.client, project)}/processes/{kind}/retry"
    found = remote.client.post(path, if_match=if_match).data
    remote.said(found, f"{project}: {kind} {found['state']}, at {found['step']}")


def _begun(remote: Remote, run: Json, *, watch: bool) -> None:
    again = f"skafu runs watch {run['id']}"
    if watch:
        sys.exit(watch_run(remote, run["id"], again))
    remote.said(run, f"run {run['id']} is {run['state']}; to follow it: {again}")
