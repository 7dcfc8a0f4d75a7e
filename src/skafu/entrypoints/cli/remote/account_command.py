"""`skafu account`: oneself, at a server."""

from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.addresses import checked_server, read_link
from skafu.entrypoints.cli.remote.asking import make_sure, secret
from skafu.entrypoints.cli.remote.client import Client, Nobody
from skafu.entrypoints.cli.remote.credentials import CredentialFile
from skafu.entrypoints.cli.remote.remote import Remote, anybody, remote_command, written
from skafu.entrypoints.cli.remote.written_files import write_unless_there
from skafu.kernel.errors import Invalid

NEW: Final = "New password, of 12 characters or more"
ERASED: Final = "you are being taken out of everything, and are signed out"


@click.group()
def command() -> None:
    """Change your name and password, join an organisation, see what is kept of you, be forgotten.

    `skafu whoami` says who you are, `skafu sessions` where you are signed in. Passwords and links are asked for, or are
    piped in, one on each line; none is taken from the command line.
    """


@command.command("name")
@click.argument("name")
@remote_command
def rename(remote: Remote, name: str) -> None:
    """Be called NAME."""
    found = remote.client.change("PATCH", "/auth/me", {"name": name}).data
    remote.said(found, f"you are called {found['name']}")


@command.command("password")
@remote_command
def change_password(remote: Remote) -> None:
    """Set a new password, and end your other sessions; the present one is asked for first, if you have one."""
    present = secret("Present password") if remote.client.get("/auth/me").data["password"] else ""
    remote.client.change("PUT", "/auth/me/password", {"present": present, "password": secret(NEW, new=True)})
    remote.said(None, "your password is changed; your other sessions are ended")


@command.command("forgot")
@click.argument("mail")
@anybody
def ask_for_reset(remote: Remote, mail: str) -> None:
    """Have a link sent to MAIL by which a new password can be set, if somebody has this address."""
    remote.client.post("/auth/password-reset", {"mail": mail})
    remote.said(None, f"a link goes to {mail}, if somebody is known by it; then: skafu account reset")


@command.command("reset")
@anybody
def reset_password(remote: Remote) -> None:
    """Set a new password by a link that was sent, and end all your sessions."""
    server, link = _link("password")
    named = click.get_current_context().params["server"]
    client = Client(remote.client.server if named or not server else checked_server(server), Nobody())
    try:
        client.post("/auth/password", {"link": link, "password": secret(NEW, new=True)})
    finally:
        client.close()
    remote.said(None, "your password is set; sign in with it: skafu login --mail ADDRESS")


@command.command("join")
@remote_command
def join(remote: Remote) -> None:
    """Accept an invitation as who you are here; whoever is new comes in with `skafu login` instead."""
    _, link = _link("invitation")
    found = remote.client.post("/auth/invitations", {"link": link}).data
    remote.said(
        found, f"you are {found['role']} of {found['name']}; to work there: skafu organisations switch {found['id']}"
    )


@command.command("export")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file; else standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@remote_command
def export(remote: Remote, *, output: Path | None, force: bool) -> None:
    """Get all that is kept of you, in all your organisations, as JSON."""
    found = remote.client.get("/privacy/export").data
    if output is None:
        click.echo(written(found))
        return
    write_unless_there(f"{written(found)}\n".encode(), output, force=force)
    remote.said({"output": str(output)}, f"{output} holds all that is kept of you")


@command.command("erase")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@remote_command
def erase(remote: Remote, *, yes: bool) -> None:
    """Be forgotten: leave all organisations, and have the keys of your personal data destroyed. There is no way back.

    Your password is asked for, if you have one. What you did stays on record, under an id alone.
    """
    me = remote.client.get("/auth/me").thing
    make_sure(f"Forget {me['name'] or me['mail']} at {remote.client.server} for ever?", yes=yes)
    password = secret("Password") if me["password"] else ""
    remote.client.post("/privacy/erase", {"confirm": "erase me", "password": password})
    file = CredentialFile()
    with file.alone():
        file.forget(remote.client.server)
    remote.said(None, ERASED)


def _link(kind: str) -> tuple[str, str]:
    """The server and the secret of a link, or the secret alone when that was given."""
    given = secret("Link").strip()
    found = read_link(given)
    if found is not None and found[1] != kind:
        raise Invalid(f"that is a link of another kind: {found[1]}", fix=f"paste the one that says #{kind}=")
    if not given:
        raise Invalid("there is no link", fix="paste it, or pipe it in")
    return ("", given) if found is None else (found[0], found[2])
