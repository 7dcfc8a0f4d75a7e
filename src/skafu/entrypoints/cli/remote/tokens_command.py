"""`skafu tokens`: API tokens."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("name", "NAME"),
    ("role", "ROLE"),
    ("scopes", "SCOPES"),
    ("expires_at", "UNTIL (UTC)"),
    ("revoked_at", "REVOKED (UTC)"),
    ("token_id", "TOKEN"),
)
ROLES: Final[Any] = click.Choice(["viewer", "developer", "admin"])


@click.group()
def command() -> None:
    """Issue, list and revoke API tokens; TOKEN is an id."""


@command.command("list")
@limited
@remote_command
def list_tokens(remote: Remote, *, limit: int) -> None:
    """List your tokens; an admin sees those of the organisation."""
    remote.list("/tokens", LISTED, limit=limit, none="there is no token")


@command.command("create")
@click.argument("name")
@click.option("--role", type=ROLES, default="developer", show_default=True, help="The most that it may do.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="Such as projects:read; all without any.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it works.")
@remote_command
def create_token(remote: Remote, name: str, *, role: str, scopes: tuple[str, ...], days: int) -> None:
    """Issue a token and print it, this once: whoever has it is you, within its role and scopes."""
    body = {"name": name, "role": role, "scopes": list(scopes), "days": days}
    made = remote.client.post("/tokens", body).data
    remote.said(made, str(made["token"]))
    remote.note(f"{name}: {made['token_id']}, until {made['expires_at'][:10]}; it is not shown again")


@command.command("revoke")
@click.argument("token")
@remote_command
def revoke_token(remote: Remote, token: str) -> None:
    """Let a token not work any more, from now on."""
    remote.client.change("DELETE", f"/tokens/{token}")
    remote.said(None, f"token {token} is revoked")
