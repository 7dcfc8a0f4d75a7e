"""`skafu logout`: signs out at a server."""

import click

from skafu.entrypoints.cli.remote.addresses import checked_server
from skafu.entrypoints.cli.remote.answers import NotSignedIn, ServerUnreachable
from skafu.entrypoints.cli.remote.client import Client
from skafu.entrypoints.cli.remote.credentials import CredentialFile
from skafu.entrypoints.cli.remote.remote import caller
from skafu.kernel.errors import NotFound


@click.command()
@click.argument("server", metavar="[URL]", required=False)
def command(server: str | None) -> None:
    """End the session at the server URL, the current one unless you say which, and forget it.

    An API token is forgotten here; `skafu tokens revoke` is what ends it.
    """
    file = CredentialFile()
    kept = file.read()
    address = checked_server(server) if server else kept.current
    if address not in kept.servers:
        raise NotFound(f"nobody is signed in at {address or 'a server'}", fix="skafu whoami --all lists the servers")
    if not kept.servers[address].token:
        _end_session(address)
    with file.alone():
        file.forget(address)
    click.echo(f"Signed out at {address}")


def _end_session(server: str) -> None:
    client = Client(*caller(server, {}))
    try:
        client.post("/auth/sign-out")
    except NotSignedIn:
        pass  # it has ended already
    except ServerUnreachable as error:
        click.echo(f"note: {error.message}; the session ends there by itself within a day", err=True)
    finally:
        client.close()
