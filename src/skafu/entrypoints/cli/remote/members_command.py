"""`skafu members`: who works in the organisation, and who is asked to."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.asking import make_sure
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.kernel.errors import NotFound

LISTED: Final = (("name", "NAME"), ("mail", "MAIL"), ("role", "ROLE"), ("joined_at", "JOINED (UTC)"), ("user_id", "ID"))
INVITED: Final = (("mail", "MAIL"), ("role", "ROLE"), ("expires_at", "UNTIL (UTC)"), ("invitation_id", "INVITATION"))
ROLES: Final[Any] = click.Choice(["viewer", "developer", "admin"])


@click.group()
def command() -> None:
    """See, invite and remove members; MEMBER is a mail address or an id."""


@command.command("list")
@limited
@remote_command
def list_members(remote: Remote, *, limit: int) -> None:
    """List who works in the organisation."""
    remote.list("/members", LISTED, limit=limit, none="nobody works here")


@command.command("invitations")
@limited
@remote_command
def list_invitations(remote: Remote, *, limit: int) -> None:
    """List invitations that wait for an answer."""
    remote.list("/invitations", INVITED, limit=limit, none="no invitation waits")


@command.command("invite")
@click.argument("mail")
@click.option("--role", type=ROLES, default="developer", show_default=True, help="What they may do.")
@remote_command
def invite_member(remote: Remote, mail: str, *, role: str) -> None:
    """Send somebody a link that works once, for a week."""
    made = remote.client.post("/invitations", {"mail": mail, "role": role}).data
    remote.said(made, f"{made['mail']} is invited as {role}")
    remote.note("the link goes there by mail; without a mail server, it is in the folder `outbox` of the server's data")


@command.command("uninvite")
@click.argument("invitation")
@remote_command
def revoke_invitation(remote: Remote, invitation: str) -> None:
    """Take an invitation back."""
    remote.client.change("DELETE", f"/invitations/{invitation}")
    remote.said(None, "the invitation is taken back")


@command.command("role")
@click.argument("member")
@click.argument("role", type=ROLES)
@remote_command
def change_role(remote: Remote, member: str, role: str) -> None:
    """Let a member do more, or less."""
    remote.client.change("PATCH", f"/members/{_id_of(remote, member)}", {"role": role})
    remote.said(None, f"{member} is {role} now")


@command.command("remove")
@click.argument("member")
@click.option("--yes", is_flag=True, help="Do not ask.")
@remote_command
def remove_member(remote: Remote, member: str, *, yes: bool) -> None:
    """Let a person not work here any more."""
    identifier = _id_of(remote, member)
    make_sure(f"Remove {member}?", yes=yes)
    remote.client.change("DELETE", f"/members/{identifier}")
    remote.said(None, f"{member} is removed")


@command.command("leave")
@click.option("--yes", is_flag=True, help="Do not ask.")
@remote_command
def leave(remote: Remote, *, yes: bool) -> None:
    """Leave the organisation yourself."""
    make_sure("Leave the organisation?", yes=yes)
    remote.client.post("/members/leave")
    remote.said(None, "you have left")


def _id_of(remote: Remote, member: str) -> str:
    rows, _ = remote.client.pages("/members")
    found = [each for each in rows if member.lower() in (each["user_id"], each["mail"].lower())]
    if not found:
        raise NotFound(f"there is no member {member!r}", fix="skafu members list shows them")
    return str(found[0]["user_id"])
