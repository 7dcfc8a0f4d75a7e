"""`skafu sessions`: where one is signed in."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

AT: Final = "/auth/me/sessions"
LISTED: Final = (
    ("session_id", "SESSION"),
    ("this", "THIS ONE"),
    ("started_at", "BEGAN (UTC)"),
    ("seen_at", "USED (UTC)"),
    ("ends_at", "UNTIL (UTC)"),
    ("addresses", "FROM"),
)


@click.group()
def command() -> None:
    """See where you are signed in, and end that; SESSION is an id."""


@command.command("list")
@limited
@remote_command
def list_sessions(remote: Remote, *, limit: int) -> None:
    """List your sessions, in all organisations, the newest first; tokens are not among them."""
    remote.list(AT, LISTED, limit=limit, none="you have no session")


@command.command("end")
@click.argument("session")
@remote_command
def end_session(remote: Remote, session: str) -> None:
    """Sign out there, from now on; `skafu logout` ends the session of this machine and forgets it."""
    remote.client.change("DELETE", f"{AT}/{session}")
    remote.said(None, f"session {session} is ended")
