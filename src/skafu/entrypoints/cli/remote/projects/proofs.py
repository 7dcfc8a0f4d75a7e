"""`skafu projects proof` and `override`: what was shown, and who takes over what was not."""

import sys
from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, matched, remote_command

FIELDS: Final = (
    "proven",
    "revision",
    "of_present_files",
    "failed",
    "reason",
    "fix",
    "taken_by",
    "taken_because",
    "run_id",
)


@click.command("proof")
@click.argument("project")
@click.option("--record", "form", flag_value="record", help="Print proof.json as it is.")
@click.option("--report", "form", flag_value="report", help="Print PROOF.md, the same for people.")
@remote_command
def show_proof(remote: Remote, project: str, *, form: str | None) -> None:
    """Show what the last proof of a project said, or print its record."""
    place = f"/projects/{project_id_of(remote.client, project)}/proof"
    if form is None:
        remote.show_fields(remote.client.get(place).data, FIELDS)
        return
    content = remote.client.file(f"{place}/{form}")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


@click.command("override")
@click.argument("project")
@click.option("--person", required=True, help="Who takes the files over; stays on record.")
@click.option("--reason", required=True, help="Why; stays on record.")
@matched
@remote_command
def override_proof(remote: Remote, project: str, *, person: str, reason: str, if_match: str | None) -> None:
    """Take over files whose proof failed."""
    path = f"/projects/{project_id_of(remote.client, project)}/proof/override"
    found = remote.client.post(path, {"person": person, "reason": reason}, if_match=if_match).data
    remote.said(found, f"{project}: {person} has taken over revision {found['revision']}")
