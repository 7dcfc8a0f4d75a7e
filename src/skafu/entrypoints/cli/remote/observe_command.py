"""`skafu observe`: what was measured, what followed from what, what was logged, and what it costs."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.moments import moment
from skafu.entrypoints.cli.remote.remote import Command, Remote, limited, remote_command

AT: Final = "/observability"
POINTS: Final = (("at", "FROM (UTC)"), ("value", "VALUE"))
NAMES: Final = (("metric", "METRIC"),)
TRACES: Final = (
    ("started", "BEGAN (UTC)"),
    ("milliseconds", "MS"),
    ("steps", "STEPS"),
    ("errors", "ERRORS"),
    ("root", "WITH"),
    ("id", "TRACE"),
)
SPANS: Final = (("at", "AT (UTC)"), ("name", "EVENT"), ("subject", "OF"), ("is_error", "FAILED"))
LINES: Final = (
    ("at", "AT (UTC)"),
    ("level", "LEVEL"),
    ("source", "SOURCE"),
    ("message", "MESSAGE"),
    ("subject", "ABOUT"),
    ("correlation_id", "TRACE"),
)
PEOPLE: Final = (("name", "NAME"), ("role", "ROLE"), ("changes", "CHANGES"), ("last_active", "LAST (UTC)"))
COSTS: Final = (("day", "DAY"), ("service", "SERVICE"), ("quantity", "QUANTITY"), ("unit", "UNIT"), ("usd", "USD"))
FORECAST: Final = (("day", "DAY"), ("usd", "USD"), ("low", "AT LEAST"), ("high", "AT MOST"))
PARTS: Final = (("name", "PART"), ("status", "STATUS"), ("words", "SAYS"))


@click.group()
def command() -> None:
    """See what the organisation does: measured, traced, logged, and what it would cost."""


def windowed(function: Command) -> Command:
    """Give a question its window of time."""
    until = click.option("--end", type=moment, metavar="MOMENT", help="Where it ends; with today without it.")
    since = click.option("--start", type=moment, metavar="MOMENT", help="Where it begins: 2026-01-31T12:00:00Z.")
    return since(until(function))


@command.command("metrics")
@click.argument("metric", required=False)
@click.option("--statistic", type=click.Choice(["sum", "average", "minimum", "maximum", "count"]), default="sum")
@click.option("--period-seconds", type=click.IntRange(min=60), default=3_600, show_default=True)
@windowed
@limited
@remote_command
def show_metric(remote: Remote, metric: str | None, *, limit: int, **options: Any) -> None:  # noqa: ANN401 of options
    """Show a metric over time, or list the names of all metrics."""
    if metric is None:
        remote.list(f"{AT}/metrics/names", NAMES, limit=limit, none="nothing was measured yet")
        return
    found = remote.client.get(f"{AT}/metrics", {**options, "metric": metric}).thing
    remote.show_part(found, "points", POINTS, none="nothing was measured then")


@command.command("traces")
@click.argument("trace", required=False)
@windowed
@limited
@remote_command
def show_traces(remote: Remote, trace: str | None, *, limit: int, **window: Any) -> None:  # noqa: ANN401 of the window
    """List what followed from each request, or show one step by step; its id is the request id."""
    if trace is not None:
        found = remote.client.get(f"{AT}/traces/{trace}").thing
        remote.show_part(found, "spans", SPANS, none="nothing happened")
        return
    remote.list(f"{AT}/traces", TRACES, query=window, limit=limit, none="nothing happened then")


@command.command("logs")
@click.option("--level", type=click.Choice(["INFO", "WARN", "ERROR"]), help="Only those.")
@click.option("--source", help="Only those of a part.")
@click.option("--correlation-id", metavar="ID", help="Of one request.")
@click.option("--text", help="Words that stand in the line.")
@windowed
@limited
@remote_command
def list_lines(remote: Remote, *, limit: int, **filters: Any) -> None:  # noqa: ANN401 one for each option
    """List what happened, line by line, the newest first."""
    remote.list(f"{AT}/logs", LINES, query=filters, limit=limit, none="nothing of that kind happened then")


@command.command("users")
@limited
@remote_command
def list_active_users(remote: Remote, *, limit: int) -> None:
    """List the members, and how active they were, by name."""
    remote.list(f"{AT}/users", PEOPLE, limit=limit, none="nobody works here")


@command.command("costs")
@click.option("--first", metavar="DAY", help="30 days ago without it.")
@click.option("--last", metavar="DAY", help="Today without it.")
@click.option("--forecast", is_flag=True, help="What is to be expected instead.")
@remote_command
def show_costs(remote: Remote, *, first: str | None, last: str | None, forecast: bool) -> None:
    """Show what the same use would cost on AWS at list prices, by day and kind of use."""
    if forecast:
        found = remote.client.get(f"{AT}/finance/forecast").thing
        remote.show_part(found, "days", FORECAST, none="nothing is to be expected")
        return
    found = remote.client.get(f"{AT}/finance/cost", {"first": first, "last": last}).thing
    remote.show_part(found, "lines", COSTS, none="nothing was used")


@command.command("health")
@remote_command
def show_health(remote: Remote) -> None:
    """Show how the installation stands."""
    found = remote.client.get(f"{AT}/health").thing
    remote.show_part(found, "parts", PARTS, none="nothing is known")
