"""`skafu alarms`: alert rules, and the alerts that they lead to."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command

LISTED: Final = (
    ("id", "RULE"),
    ("state", "STATE"),
    ("metric", "METRIC"),
    ("comparison", ""),
    ("threshold", "THRESHOLD"),
    ("value", "VALUE"),
    ("since", "SINCE (UTC)"),
    ("title", "TITLE"),
)
ALERTS: Final = (
    ("triggered", "TRIGGERED (UTC)"),
    ("status", "STATUS"),
    ("rule_id", "RULE"),
    ("value", "VALUE"),
    ("resolved", "RESOLVED (UTC)"),
    ("note", "NOTE"),
)
FIELDS: Final = (
    "id",
    "title",
    "state",
    "metric",
    "statistic",
    "comparison",
    "threshold",
    "period_seconds",
    "periods",
    "urgency",
    "channels",
    "since",
    "value",
    "acknowledged_by",
    "muted_until",
)
AT: Final = "/observability/alarms"
noted = click.option("--note", default="", help="A word on what you do.")


@click.group()
def command() -> None:
    """See alert rules and do something about alerts; RULE is an id."""


@command.command("list")
@click.option("--state", type=click.Choice(["OK", "ALARM"]), help="Only those that stand so.")
@limited
@remote_command
def list_alarms(remote: Remote, *, state: str | None, limit: int) -> None:
    """List the alert rules and how they stand."""
    remote.list(AT, LISTED, query={"state": state}, limit=limit, none="there is no such alert rule")


@command.command("alerts")
@click.option("--status", type=click.Choice(["open", "acknowledged", "resolved"]), help="Only those.")
@click.option("--installation", is_flag=True, help="Of the installation itself; for its owner.")
@limited
@remote_command
def list_alerts(remote: Remote, *, status: str | None, installation: bool, limit: int) -> None:
    """List alerts that were and are, the newest first."""
    place = "/admin/installation/alerts" if installation else "/observability/alerts"
    remote.list(place, ALERTS, query={"status": status}, limit=limit, none="there is no such alert")


@command.command("show")
@click.argument("rule")
@remote_command
def show_alarm(remote: Remote, rule: str) -> None:
    """Show a rule, and its alert while there is one."""
    remote.show_fields(remote.client.get(f"{AT}/{rule}").data, FIELDS)


@command.command("define")
@click.argument("rule")
@click.option("--title", required=True, help="For people.")
@click.option("--metric", required=True, help="What is watched.")
@click.option("--threshold", type=float, required=True, help="Beyond this it is triggered.")
@click.option("--comparison", type=click.Choice([">", ">=", "<", "<="]), default=">", show_default=True)
@click.option("--statistic", default="sum", show_default=True, help="Of a period.")
@click.option("--period-seconds", type=int, default=60, show_default=True, help="The length of a period.")
@click.option("--periods", type=int, default=1, show_default=True, help="How many in a row must be beyond it.")
@click.option("--urgency", default="warning", show_default=True, help="How urgent it is.")
@click.option("--channel", "channels", multiple=True, help="Who is told.")
@click.option("--change", is_flag=True, help="Change the rule that is there; what is left out is as for a new one.")
@remote_command
def define_alarm(remote: Remote, rule: str, *, change: bool, **settings: Any) -> None:  # noqa: ANN401 of options
    """Watch a metric from now on."""
    body, place = {**settings, "channels": list(settings["channels"])}, f"{AT}/{rule}"
    found = remote.client.change("PUT", place, body) if change else remote.client.post(place, body)
    remote.said(found.data, f"{rule} watches {settings['metric']}")


@command.command("acknowledge")
@click.argument("rule")
@noted
@remote_command
def acknowledge_alert(remote: Remote, rule: str, *, note: str) -> None:
    """Say that you look after the alert of a rule."""
    remote.said(remote.client.post(f"{AT}/{rule}/acknowledge", {"note": note}).data, f"{rule} is acknowledged")


@command.command("resolve")
@click.argument("rule")
@noted
@remote_command
def resolve_alert(remote: Remote, rule: str, *, note: str) -> None:
    """Say that the alert of a rule is over."""
    remote.said(remote.client.post(f"{AT}/{rule}/resolve", {"note": note}).data, f"{rule} is resolved")


@command.command("mute")
@click.argument("rule")
@click.option("--minutes", type=click.IntRange(1, 43_200), default=60, show_default=True, help="For how long.")
@remote_command
def mute_alerts(remote: Remote, rule: str, *, minutes: int) -> None:
    """Tell nobody of the alerts of a rule for a while."""
    found = remote.client.post(f"{AT}/{rule}/mute", {"minutes": minutes}).data
    remote.said(found, f"{rule} is muted for {minutes} minutes")


@command.command("unmute")
@click.argument("rule")
@remote_command
def unmute_alerts(remote: Remote, rule: str) -> None:
    """Tell people again."""
    remote.said(remote.client.post(f"{AT}/{rule}/unmute").data, f"{rule} is not muted")


@command.command("remove")
@click.argument("rule")
@matched
@remote_command
def remove_alarm(remote: Remote, rule: str, *, if_match: str | None) -> None:
    """Watch no more."""
    remote.client.change("DELETE", f"{AT}/{rule}", if_match=if_match)
    remote.said(None, f"{rule} is removed")
