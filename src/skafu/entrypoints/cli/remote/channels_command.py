"""`skafu channels`: who is told of alerts."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

AT: Final = "/observability/channels"
LISTED: Final = (("id", "CHANNEL"), ("kind", "KIND"), ("target", "TARGET"), ("title", "TITLE"))
KINDS: Final[Any] = click.Choice(["mail", "webhook"])


@click.group()
def command() -> None:
    """Say who is told of alerts; CHANNEL is an id, as `skafu alarms define --channel` takes it."""


@command.command("list")
@limited
@remote_command
def list_channels(remote: Remote, *, limit: int) -> None:
    """List the channels."""
    remote.list(AT, LISTED, limit=limit, none="nobody is told of alerts")


@command.command("add")
@click.argument("kind", type=KINDS)
@click.argument("target")
@click.option("--title", default="", help="For people.")
@remote_command
def add_channel(remote: Remote, kind: str, target: str, *, title: str) -> None:
    """Tell TARGET, a mail address or a URL; of a webhook the secret is printed that signs its messages, this once."""
    made = remote.client.post(AT, {"kind": kind, "title": title or target, "target": target}).data
    remote.said(made, str(made["secret"] or made["id"]))
    remote.note(f"channel {made['id']}" + ("; its secret is not shown again" if made["secret"] else ""))


@command.command("remove")
@click.argument("channel")
@remote_command
def remove_channel(remote: Remote, channel: str) -> None:
    """Tell them no more."""
    remote.client.change("DELETE", f"{AT}/{channel}")
    remote.said(None, f"channel {channel} is removed")
