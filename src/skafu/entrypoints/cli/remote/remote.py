"""What every command has that works against a server: who calls whom, and how it is answered."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, Final

import click
import msgspec

from skafu.entrypoints.cli.remote.addresses import DEFAULT, checked_server
from skafu.entrypoints.cli.remote.answers import Json, NotSignedIn
from skafu.entrypoints.cli.remote.client import Bearer, Client, Nobody, Query, Shown
from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile
from skafu.entrypoints.cli.remote.sessions import KeptSession
from skafu.entrypoints.cli.remote.tables import Column, pairs, table, terminal_width

URL: Final = "SKAFU_URL"
TOKEN: Final = "SKAFU_TOKEN"  # noqa: S105 the name of a variable
USUAL_LIMIT: Final = 100
Command = Callable[..., Any]


class Remote:
    """A server, and how it is told what it says."""

    def __init__(self, client: Client, *, as_json: bool, sort: str = "", fields: str = "") -> None:
        """Ask there, and tell it to programs or to people; listings in this order, and these fields alone."""
        self.client = client
        self.as_json = as_json
        self.fields = tuple(each.strip() for each in fields.split(",") if each.strip())
        self._sort = sort

    def show(self, found: object, words: Callable[[], str]) -> None:
        """Tell what was found."""
        click.echo(written(found) if self.as_json else words())

    def show_fields(self, found: Json, names: Sequence[str | Column]) -> None:
        """Tell some fields of one thing; the whole thing to programs."""
        columns = [(each, each.replace("_", " ")) if isinstance(each, str) else each for each in names]
        self.show(found, lambda: pairs((heading, found.get(name)) for name, heading in columns))

    def show_rows(self, rows: Sequence[Json], columns: Sequence[Column], *, none: str) -> None:
        """Tell a listing."""
        if not rows and not self.as_json:
            self.note(none)
            return
        self.show(rows, lambda: table(rows, columns, terminal_width()))

    def show_part(self, found: Json, name: str, columns: Sequence[Column], *, none: str) -> None:
        """Tell the rows that one thing holds; the whole thing to programs."""
        if self.as_json:
            self.show(found, str)
        else:
            self.show_rows(found[name], columns, none=none)

    def list(self, path: str, columns: Sequence[Column], *, limit: int, none: str, query: Query | None = None) -> None:
        """Tell a listing, page after page."""
        rows = self.rows(path, query, limit=limit)
        self.show_rows(rows, [(each, each.upper()) for each in self.fields] or columns, none=none)

    def rows(self, path: str, query: Query | None = None, *, limit: int) -> Sequence[Json]:
        """The rows of a listing as they are wanted; says when there are more."""
        wanted = {"sort": self._sort or None, "fields": ",".join(self.fields) or None}
        rows, more = self.client.pages(path, {**(query or {}), **wanted}, limit=limit)
        if more:
            self.note(f"there are more than {limit}: --limit 0 shows all")
        return rows

    def note(self, words: str) -> None:
        """Say something beside what was asked for."""
        click.echo(words, err=True)

    def said(self, found: object, words: str) -> None:
        """Tell what has become of something that was asked for."""
        self.show(found, lambda: words)


def remote_command(function: Command) -> Command:
    """Give a command the options of a server and of its answer; it gets `remote`."""
    return _connected(function, caller)


def anybody(function: Command) -> Command:
    """The same for a command that nobody needs to be signed in for."""
    return _connected(function, lambda server: (caller(server)[0], Nobody()))


def _connected(function: Command, who: Callable[[str | None], tuple[str, Bearer]]) -> Command:
    @click.option("--server", metavar="URL", help="Another server than the current one.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, as the server does.")
    @wraps(function)
    def connected(
        *arguments: object, server: str | None, as_json: bool, sort: str = "", fields: str = "", **options: object
    ) -> Any:  # noqa: ANN401
        address, bearer = who(server)
        client = Client(address, bearer)
        try:
            remote = Remote(client, as_json=as_json, sort=sort, fields=fields)
            return function(*arguments, remote=remote, **options)
        except NotSignedIn:
            if not isinstance(bearer, Shown):
                raise
            where = f"look at {TOKEN}" if os.environ.get(TOKEN) else "sign in: skafu login"
            raise NotSignedIn(f"{address} does not know this token, or not any more", fix=where) from None
        finally:
            client.close()

    return connected


def limited(function: Command) -> Command:
    """Give a listing the options that bound it, order it, and make its rows shorter; `Remote` follows the last two."""
    for option in (
        click.option("--fields", metavar="NAME,...", default="", help="These fields alone, as --json calls them."),
        click.option(
            "--sort", metavar="[-]FIELD", default="", help="Another order, if there is one; - turns it round."
        ),
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            default=USUAL_LIMIT,
            show_default=True,
            help="How many at most; 0: all there are.",
        ),
    ):
        function = option(function)
    return function


def matched(function: Command) -> Command:
    """Give a change the version that it is based on."""
    return click.option("--if-match", metavar="VERSION", help="Only if nobody has changed it since this version.")(
        function
    )


def caller(server: str | None, environment: Mapping[str, str] | None = None) -> tuple[str, Bearer]:
    """The server that is meant, and who calls it: the environment goes before what is kept.

    Raises:
        Invalid: what is meant is no server, or the file of credentials cannot be read.
    """
    environment = os.environ if environment is None else environment
    file = CredentialFile()
    named = server or environment.get(URL, "")
    elsewhere = server and environment.get(URL) and checked_server(server) != checked_server(environment[URL])
    token = "" if elsewhere else environment.get(TOKEN, "")  # a token is for the server that stands beside it
    if named and token:
        return checked_server(named), Shown(token)
    kept = file.read()
    address = checked_server(named) if named else kept.current or DEFAULT
    credential = kept.servers.get(address, Credential())
    if token or credential.token:
        return address, Shown(token or credential.token)
    return address, KeptSession(file, address)


def written(found: object) -> str:
    """JSON that people can read as well."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def chosen(rows: Iterable[Json], name: str) -> Json | None:
    """The row with a name or id."""
    return next((each for each in rows if name in (each["id"], each["name"])), None)
