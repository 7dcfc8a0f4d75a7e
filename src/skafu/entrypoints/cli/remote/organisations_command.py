"""`skafu organisations`: where one works, and what may be used there."""

import time
from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.credentials import CredentialFile
from skafu.entrypoints.cli.remote.remote import Remote, chosen, limited, matched, remote_command
from skafu.entrypoints.cli.remote.sessions import go_on_with
from skafu.kernel.errors import NotFound

AT: Final = "/organisations"
LISTED: Final = (("name", "NAME"), ("role", "ROLE"), ("tier", "TIER"), ("members", "MEMBERS"), ("id", "ID"))
QUOTAS: Final = (("measure", "MEASURE"), ("used", "USED"), ("limit", "LIMIT"), ("period", "PERIOD"))
FIELDS: Final = ("name", "id", "tier", "role", "members")
TIERS: Final[Any] = click.Choice(["free", "team", "enterprise"])


@click.group()
def command() -> None:
    """See and found organisations; ORGANISATION is a name or an id, and where you work now without it."""


@command.command("list")
@limited
@remote_command
def list_organisations(remote: Remote, *, limit: int) -> None:
    """List the organisations that you belong to, by name."""
    remote.list(AT, LISTED, limit=limit, none="you belong to none")


@command.command("create")
@click.argument("name")
@remote_command
def create_organisation(remote: Remote, name: str) -> None:
    """Found an organisation; you are its admin."""
    made = remote.client.post(AT, {"name": name}).data
    remote.said(made, f"{name} is founded ({made['id']}); to work there: skafu organisations switch {made['id']}")


@command.command("show")
@remote_command
def show_organisation(remote: Remote) -> None:
    """Show the organisation that you work in, and say the version that `rename --if-match` takes."""
    found = remote.client.get(f"{AT}/{_here(remote)}")
    remote.show_fields(found.thing, FIELDS)
    remote.note(f"version {found.version}")


@command.command("switch")
@click.argument("organisation")
@remote_command
def switch_organisation(remote: Remote, organisation: str) -> None:
    """Work in another organisation from now on, with this session; a token stays where it was issued."""
    wanted = _named(remote, organisation)
    signed_in = remote.client.post("/auth/switch", {"organisation_id": wanted["id"]}).thing
    go_on_with(CredentialFile(), remote.client.server, signed_in, time.time())
    remote.said(wanted, f"you work in {wanted['name']} now, as {wanted['role']}")


@command.command("rename")
@click.argument("organisation")
@click.argument("name")
@matched
@remote_command
def rename_organisation(remote: Remote, organisation: str, name: str, *, if_match: str | None) -> None:
    """Give an organisation another name."""
    place = f"{AT}/{_named(remote, organisation)['id']}"
    found = remote.client.change("PATCH", place, {"name": name}, if_match=if_match).data
    remote.said(found, f"{organisation} is called {name}")


@command.command("quotas")
@click.argument("organisation", required=False)
@remote_command
def show_quotas(remote: Remote, organisation: str | None) -> None:
    """Show what is used of what may be, in the organisation that you work in."""
    identifier = _named(remote, organisation)["id"] if organisation else _here(remote)
    remote.show_rows(remote.client.get(f"{AT}/{identifier}/quotas").data, QUOTAS, none="nothing is counted")


@command.command("tier")
@click.argument("organisation")
@click.argument("tier", type=TIERS)
@remote_command
def change_tier(remote: Remote, organisation: str, tier: str) -> None:
    """Let an organisation use more, or less; for the owner of the installation. ORGANISATION may be any id."""
    known = chosen(_own(remote), organisation)
    remote.client.change("PUT", f"{AT}/{known['id'] if known else organisation}/tier", {"tier": tier})
    remote.said(None, f"{organisation} has the tier {tier}")


def _own(remote: Remote) -> list[Json]:
    rows, _ = remote.client.pages(AT)
    return rows


def _here(remote: Remote) -> str:
    return str(remote.client.get("/auth/me").data["organisation_id"])


def _named(remote: Remote, organisation: str) -> Json:
    found = chosen(_own(remote), organisation)
    if found is None:
        raise NotFound(f"you do not belong to {organisation!r}", fix="skafu organisations list shows where you do")
    return found
