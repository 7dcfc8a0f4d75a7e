"""`skafu templates deprecate` and `delete`."""

import click

from skafu.entrypoints.cli.remote.asking import make_sure
from skafu.entrypoints.cli.remote.remote import Remote, matched, remote_command
from skafu.entrypoints.cli.remote.templates.finding import template_id_of


@click.command("deprecate")
@click.argument("template")
@click.option("--reason", required=True, help="Why it should not be chosen any more.")
@click.option("--successor", metavar="TEMPLATE", help="The one to take instead.")
@matched
@remote_command
def deprecate_template(
    remote: Remote, template: str, *, reason: str, successor: str | None, if_match: str | None
) -> None:
    """Warn of a template: it can still be chosen, and the reason is shown with it."""
    after = template_id_of(remote.client, successor) if successor else ""
    path = f"/templates/{template_id_of(remote.client, template)}/deprecate"
    found = remote.client.post(path, {"reason": reason, "successor": after}, if_match=if_match).data
    remote.said(found, f"{template} is deprecated")


@click.command("delete")
@click.argument("template")
@click.option("--reason", default="", help="Stays on record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@matched
@remote_command
def delete_template(remote: Remote, template: str, *, reason: str, yes: bool, if_match: str | None) -> None:
    """Offer a template no more; its files stay for the projects that were made from it."""
    path = f"/templates/{template_id_of(remote.client, template)}/delete"
    make_sure(f"Delete {template}?", yes=yes)
    remote.said(remote.client.post(path, {"reason": reason}, if_match=if_match).data, f"{template} is deleted")
