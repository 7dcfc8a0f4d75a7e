"""`skafu usage`: what agents have used, and what they may."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("period", "MONTH"),
    ("asked", "ASKED"),
    ("answered_from_memory", "FROM THE CACHE"),
    ("hit_rate", "HIT RATE"),
    ("calls", "CALLS"),
    ("tokens", "TOKENS"),
    ("limit_reached_at", "USED UP (UTC)"),
)
TREES: Final = (("created_at", "AT (UTC)"), ("project_id", "PROJECT"), ("files", "FILES"), ("digest", "DIGEST"))
BUDGET: Final = ("period", "tokens", "used", "set_aside", "left")


@click.group()
def command() -> None:
    """See what agents have used, and bound it."""


@command.command("list")
@limited
@remote_command
def list_usage(remote: Remote, *, limit: int) -> None:
    """List what each month has used."""
    remote.list("/ai/usage", LISTED, limit=limit, none="nothing was used yet")


@command.command("generations")
@limited
@remote_command
def list_generations(remote: Remote, *, limit: int) -> None:
    """List the trees that were generated, the newest first."""
    remote.list("/ai/generations", TREES, limit=limit, none="nothing was generated yet")


@command.command("budget")
@click.option("--set", "tokens", type=click.IntRange(min=0), metavar="TOKENS", help="Of each month, from now on.")
@remote_command
def budget(remote: Remote, *, tokens: int | None) -> None:
    """Show what is left of this month's budget, or set the budget."""
    found = (
        remote.client.get("/ai/budget")
        if tokens is None
        else remote.client.change("PUT", "/ai/budget", {"tokens": tokens})
    )
    remote.show_fields(found.data, BUDGET)
