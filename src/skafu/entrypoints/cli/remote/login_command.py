"""`skafu login`: signs in at a server."""

import os
import sys
import time

import click

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.addresses import DEFAULT, checked_server, is_loopback, is_token, read_link
from skafu.entrypoints.cli.remote.answers import Json, NotSignedIn
from skafu.entrypoints.cli.remote.asking import LONGEST, secret
from skafu.entrypoints.cli.remote.client import Client, Nobody, Shown
from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile
from skafu.entrypoints.cli.remote.remote import TOKEN, URL, caller
from skafu.entrypoints.cli.remote.sessions import session_of
from skafu.kernel.errors import Forbidden, Invalid


@click.command()
@click.argument("server", metavar="[URL]", required=False, envvar=URL)
@click.option("--mail", metavar="ADDRESS", help="Sign in with a mail address and a password.")
@click.option(
    "--name", metavar="NAME", default="", help="How you want to be called, when you come in for the first time."
)
@click.option("--again", is_flag=True, help="Sign in even if you are signed in there.")
def command(server: str | None, *, mail: str | None, name: str, again: bool) -> None:
    """Sign in at the server URL, which is the current one from then on.

    You are asked for a mail address and a password, for the link that `skafu up` printed or that you were sent, or for
    an API token. A link, a token or, with --mail, a password may also be piped in; none of them is taken from the
    command line. The owner may give --mail with the link, and a password on the next line, to come back with them.

    Exit code 0: signed in; 1: the server says no; 2: it does not answer, or what was given is none of these.
    """
    file = CredentialFile()
    given = checked_server(server) if server else ""
    address = given or file.read().current or DEFAULT
    if not again and not mail and sys.stdin.isatty() and (me := _known(file, address)):
        with file.alone():
            file.choose(address)
        _greet(address, me)
        return
    address, credential = _enter(given, address, mail, name)
    me = _who(address, credential)
    with file.alone():
        file.keep(address, credential)
    _greet(address, me)


def _enter(named: str, usual: str, mail: str | None, name: str) -> tuple[str, Credential]:
    """Come in, whichever way; a link leads to its own server, unless another one was named."""
    given = secret("Password (or the link of the owner)") if mail else _asked()
    if not mail and is_token(given):
        return usual, Credential(token=given)
    link = read_link(given)
    if link and link[1] == "password":
        raise Invalid("this link sets a new password", fix="skafu account reset; then sign in with the new one")
    if link:
        return _by_link(named or checked_server(link[0]), link, mail or "", name)
    if mail:
        return _by_password(usual, mail, given)
    if "@" in given and sys.stdin.isatty():
        return _by_password(usual, given, secret("Password"))
    raise Invalid(
        "that is no sign-in link and no API token", fix="paste it whole; for a password, give your address with --mail"
    )


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST).strip()
    given: str = click.prompt(
        "Mail address (or Enter, to paste a link or an API token)", default="", show_default=False
    )
    return given.strip() or secret("Link or API token")


def _own_mail() -> str:
    """The address that the owner wants to come back with; none where nobody is there to ask."""
    if not sys.stdin.isatty():
        return ""
    given: str = click.prompt(
        "Your mail address, to come back with a password (or Enter, for none)", default="", show_default=False
    )
    return given.strip()


def _by_password(server: str, mail: str, password: str) -> tuple[str, Credential]:
    return server, _session(server, "/auth/sign-in", {"mail": mail, "password": password})


def _by_link(server: str, link: tuple[str, str, str], mail: str, name: str) -> tuple[str, Credential]:
    """The owner needs nothing but the link, but comes back with a mail address; who was invited has one already."""
    _, kind, text = link
    body = {"link": text, "name": name}
    if kind == "owner":
        body["mail"] = mail or _own_mail()
    else:
        body["name"] = name or click.prompt("Your name")
    if kind == "invitation" or body["mail"]:
        body["password"] = secret("A password of your own, of 12 characters or more", new=True)
    return server, _session(server, "/auth/link", body)


def _session(server: str, path: str, body: Json) -> Credential:
    _warn(server)
    client = Client(server, Nobody())
    try:
        return session_of(client.post(path, body).thing, time.time())
    except NotSignedIn as error:
        raise Forbidden(error.message) from None
    finally:
        client.close()


def _who(server: str, credential: Credential) -> Json:
    """The person that a credential is of: only what works is kept."""
    if credential.token:
        _warn(server)
    client = Client(server, Shown(credential.token or credential.access))
    try:
        return client.get("/auth/me").thing
    except NotSignedIn:
        raise NotSignedIn(f"{server} does not know this token", fix="is it whole, and has it not expired?") from None
    finally:
        client.close()


def _known(file: CredentialFile, server: str) -> Json | None:
    """Who is signed in at a server already."""
    if server not in file.read().servers:
        return None
    client = Client(*caller(server, {}))
    try:
        return client.get("/auth/me").thing
    except NotSignedIn:
        return None
    finally:
        client.close()


def _warn(server: str) -> None:
    if server.startswith("http:") and not is_loopback(server):
        click.secho(f"note: what goes to {server} is not encrypted", err=True, fg="yellow")


def _greet(server: str, me: Json) -> None:
    here = next((each["name"] for each in me["organisations"] if each["id"] == me["organisation_id"]), "")
    where = f", {me['role']} of {here}" if here else ""
    click.echo(harmless(f"Signed in at {server} as {me['name'] or me['mail']}{where}"))
    if os.environ.get(TOKEN):
        click.echo(f"note: {TOKEN} is set, and goes before what was kept now", err=True)
