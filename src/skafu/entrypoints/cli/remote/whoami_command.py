"""`skafu whoami`: who is signed in where."""

import click

from skafu.entrypoints.cli.remote.credentials import CredentialFile
from skafu.entrypoints.cli.remote.remote import Remote, remote_command
from skafu.entrypoints.cli.remote.tables import pairs

COLUMNS = (("server", "SERVER"), ("current", "CURRENT"), ("kind", "BY"))


@click.command()
@click.option("--all", "everywhere", is_flag=True, help="List all servers that something is kept for; none is asked.")
@remote_command
def command(remote: Remote, *, everywhere: bool) -> None:
    """Say who you are at the current server, and in which organisation you work."""
    if everywhere:
        _list(remote)
        return
    me = remote.client.get("/auth/me").data
    here = next((each["name"] for each in me["organisations"] if each["id"] == me["organisation_id"]), "")
    fields = (
        ("server", remote.client.server),
        ("name", me["name"]),
        ("mail", me["mail"]),
        ("organisation", here),
        ("role", me["role"]),
        ("tier", me["tier"]),
    )
    remote.show(me, lambda: pairs(fields))


def _list(remote: Remote) -> None:
    kept = CredentialFile().read()
    rows = [
        {"server": server, "current": server == kept.current, "kind": "token" if each.token else "session"}
        for server, each in sorted(kept.servers.items())
    ]
    remote.show_rows(rows, COLUMNS, none="nobody is signed in anywhere: skafu login")
