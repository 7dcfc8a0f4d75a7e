"""`skafu admin`: what administrators look at."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.observe_command import PARTS, windowed
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.entrypoints.cli.remote.tables import table, terminal_width
from skafu.kernel.errors import NotFound

AT: Final = "/admin"
PEOPLE: Final = (
    ("name", "NAME"),
    ("mail", "MAIL"),
    ("role", "ROLE"),
    ("password", "PASSWORD"),
    ("providers", "PROVIDERS"),
    ("registered_at", "SINCE (UTC)"),
    ("user_id", "ID"),
)
FOLLOWERS: Final = (("name", "READ MODEL"), ("shard", "SHARD"), ("behind", "BEHIND"), ("seconds", "SECONDS"))
ALERTS: Final = (("rule_id", "ALERT OF"), ("urgency", "URGENCY"), ("value", "VALUE"), ("triggered", "SINCE (UTC)"))
TOTALS: Final = (
    ("metric", "METRIC"),
    ("count", "TIMES"),
    ("sum", "SUM"),
    ("average", "AVERAGE"),
    ("minimum", "LEAST"),
    ("maximum", "MOST"),
    ("unit", "UNIT"),
)


@click.group()
def command() -> None:
    """Look after an organisation, as its admin; PERSON is a mail address or an id."""


@command.command("users")
@click.option("--installation", is_flag=True, help="Those of all organisations; for the owner of the installation.")
@limited
@remote_command
def list_users(remote: Remote, *, installation: bool, limit: int) -> None:
    """List people, with the ways in which they sign in."""
    query = {"scope": "installation" if installation else None}
    remote.list(f"{AT}/users", PEOPLE, query=query, limit=limit, none="there is nobody")


@command.command("sign-out")
@click.argument("person")
@remote_command
def sign_user_out(remote: Remote, person: str) -> None:
    """End the sessions of a member in this organisation; their tokens go on (`skafu tokens revoke`)."""
    rows, _ = remote.client.pages(f"{AT}/users")
    found = [each for each in rows if person.lower() in (each["user_id"], each["mail"].lower())]
    if not found:
        raise NotFound(f"there is no member {person!r}", fix="skafu admin users shows them")
    remote.client.post(f"{AT}/users/{found[0]['user_id']}/sign-out")
    remote.said(None, f"{person} is signed out")


@command.command("monitoring")
@remote_command
def show_monitoring(remote: Remote) -> None:
    """Show how everything stands: parts, read models, alerts that nobody has taken on, errors of the last hour."""
    found = remote.client.get(f"{AT}/monitoring").thing
    remote.show(found, lambda: _words(found))


@command.command("metrics")
@windowed
@limited
@remote_command
def list_totals(remote: Remote, *, limit: int, **window: Any) -> None:  # noqa: ANN401 of the window
    """List every metric of a window, added up; whole hours count."""
    remote.list(f"{AT}/metrics", TOTALS, query=window, limit=limit, none="nothing was measured then")


def _words(found: Json) -> str:
    sections = [f"{found['status']}; {found['errors_last_hour']} errors in the last hour"]
    for rows, columns in ((found["parts"], PARTS), (found["read_models"], FOLLOWERS), (found["alerts"], ALERTS)):
        sections += [table(rows, columns, terminal_width())] if rows else []
    return "\n\n".join(sections)
