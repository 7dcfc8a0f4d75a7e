"""`skafu projects describe`, `template` and `processes`."""

from typing import Final

import click

from skafu.entrypoints.cli.descriptions import description_of
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command
from skafu.entrypoints.cli.remote.templates.finding import template_named
from skafu.kernel.errors import Invalid

PROCESSES: Final = (
    ("name", "PROJECT"),
    ("kind", "KIND"),
    ("state", "STATE"),
    ("step", "STEP"),
    ("updated_at", "UPDATED (UTC)"),
    ("reason", "REASON"),
)


@click.command("describe")
@click.argument("project")
@click.option("--title", help="For people.")
@click.option("--description", metavar="TEXT|FILE|-", help="What the system is to do.")
@matched
@remote_command
def describe_project(
    remote: Remote, project: str, *, title: str | None, description: str | None, if_match: str | None
) -> None:
    """Change the title or the description of a project; its name stays for ever, and its blueprint as it is."""
    if title is None and description is None:
        raise Invalid("there is nothing to change", fix="give --title or --description")
    text = None if description is None else description_of(description)
    path = f"/projects/{project_id_of(remote.client, project)}"
    found = remote.client.change("PATCH", path, {"title": title, "description": text}, if_match=if_match).data
    remote.said(found, f"{found['name']} is described anew")


@click.command("template")
@click.argument("project")
@click.argument("template")
@click.option("--version", default="", help="Of an uploaded template; the newest usable one without it.")
@matched
@remote_command
def choose_template(remote: Remote, project: str, template: str, *, version: str, if_match: str | None) -> None:
    """Choose what a project is generated from the next time: `system`, or the name or id of a template."""
    chosen = template_named(remote.client, template)
    path = f"/projects/{project_id_of(remote.client, project)}/template"
    found = remote.client.change("PUT", path, {"template": chosen, "version": version}, if_match=if_match).data
    remote.said(found, f"{found['name']} is generated from {template}")


@click.command("processes")
@click.option("--kind", type=click.Choice(["provisioning", "update"]), help="Only those.")
@click.option(
    "--state", type=click.Choice(["running", "failed", "finished", "cancelled"]), help="Only those that stand so."
)
@limited
@remote_command
def list_processes(remote: Remote, *, kind: str | None, state: str | None, limit: int) -> None:
    """List the provisionings and updates of all projects, those that moved last first."""
    query = {"kind": kind, "state": state}
    remote.list("/processes", PROCESSES, query=query, limit=limit, none="there is no such process")
