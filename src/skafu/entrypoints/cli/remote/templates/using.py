"""`skafu templates select`, `selections` and `download`."""

from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.entrypoints.cli.remote.templates.finding import template_id_of
from skafu.entrypoints.cli.remote.written_files import write_unless_there
from skafu.kernel.errors import Invalid

LISTED: Final = (
    ("project_id", "PROJECT"),
    ("template_id", "TEMPLATE"),
    ("version", "VERSION"),
    ("selected_at", "SELECTED (UTC)"),
)
FIELDS: Final = ("project_id", "template_id", "version", "status", "reason", "fix")


@click.command("select")
@click.argument("template")
@click.argument("project")
@click.option("--version", "number", type=click.IntRange(min=0), default=0, help="The newest usable one without it.")
@remote_command
def select_template(remote: Remote, template: str, project: str, *, number: int) -> None:
    """Let a project be made from a template, once it is known that it can be used; see `selections --project`."""
    body = {"project_id": project_id_of(remote.client, project), "version": number}
    found = remote.client.post(f"/templates/{template_id_of(remote.client, template)}/select", body).data
    remote.said(found, f"{template} for {project}: {found['status']}")


@click.command("selections")
@click.option("--template", help="Only those of this template.")
@click.option("--project", help="Show the one of this project, and why it was refused if it was.")
@limited
@remote_command
def list_selections(remote: Remote, *, template: str | None, project: str | None, limit: int) -> None:
    """List the projects that are made from templates."""
    if template and project:
        raise Invalid("a project has one selection", fix="leave --template or --project out")
    if project:
        place = f"/templates/selections/{project_id_of(remote.client, project)}"
        remote.show_fields(remote.client.get(place).data, FIELDS)
        return
    query = {"template_id": template_id_of(remote.client, template) if template else None}
    remote.list("/templates/selections", LISTED, query=query, limit=limit, none="there is no such project")


@click.command("download")
@click.argument("template")
@click.option("--version", "number", type=click.IntRange(min=0), default=0, help="The newest without it.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A zip.  [default: the template's name, .zip]"
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@remote_command
def download_template(remote: Remote, template: str, *, number: int, output: Path | None, force: bool) -> None:
    """Take the files of a version of a template, as they were uploaded."""
    place = f"/templates/{template_id_of(remote.client, template)}"
    if output is None:
        output = Path(f"{remote.client.get(place, {'fields': 'name'}).data['name']}.zip")
    content = remote.client.file(f"{place}/versions/{number}/zip")
    write_unless_there(content, output, force=force)
    remote.said({"output": str(output), "bytes": len(content)}, f"{output}: {len(content)} bytes written")
