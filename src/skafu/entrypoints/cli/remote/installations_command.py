"""`skafu installations`: the accounts at GitHub that an organisation has connected."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.asking import make_sure, secret
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

AT: Final = "/github/installations"
LISTED: Final = (
    ("id", "INSTALLATION"),
    ("account", "ACCOUNT"),
    ("kind", "KIND"),
    ("state", "STATE"),
    ("missing_permissions", "MISSING PERMISSIONS"),
)


@click.group()
def command() -> None:
    """Connect accounts at GitHub; INSTALLATION is GitHub's number of it."""


@command.command("list")
@limited
@remote_command
def list_installations(remote: Remote, *, limit: int) -> None:
    """List the accounts that are connected, by name."""
    remote.list(AT, LISTED, limit=limit, none="no account is connected: skafu installations link")


@command.command("link")
@remote_command
def link_installation(remote: Remote) -> None:
    """Print the address at GitHub where the App is installed; it leads back with all that `connect` takes."""
    found = remote.client.post(f"{AT}/link").data
    remote.said(found, str(found["address"]))


@command.command("connect")
@click.argument("installation", type=click.IntRange(min=1))
@click.option("--state", required=True, help="As in the address that GitHub sent you to.")
@remote_command
def connect_installation(remote: Remote, installation: int, *, state: str) -> None:
    """Connect an account. The code, which is in that address too, is asked for or piped in."""
    body = {"installation_id": installation, "code": secret("Code"), "state": state}
    found = remote.client.post(AT, body).data
    remote.said(found, f"{found['account']} is {found['state']}")


@command.command("disconnect")
@click.argument("installation", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@remote_command
def disconnect_installation(remote: Remote, installation: int, *, yes: bool) -> None:
    """Let go of an account; at GitHub, the App stays installed until people remove it there."""
    make_sure(f"Disconnect installation {installation}?", yes=yes)
    remote.client.change("DELETE", f"{AT}/{installation}")
    remote.said(None, f"installation {installation} is disconnected")
