"""`skafu dashboards`: which metrics are shown together."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command
from skafu.entrypoints.cli.remote.tables import table, terminal_width
from skafu.kernel.errors import Invalid

AT: Final = "/observability/dashboards"
LISTED: Final = (("id", "DASHBOARD"), ("title", "TITLE"))
WIDGETS: Final = (("title", "TITLE"), ("metric", "METRIC"), ("statistic", "STATISTIC"))
STATISTICS: Final = ("sum", "average", "minimum", "maximum", "count")


@click.group()
def command() -> None:
    """See and make dashboards; DASHBOARD is a name of small letters, digits and hyphens."""


@command.command("list")
@limited
@remote_command
def list_dashboards(remote: Remote, *, limit: int) -> None:
    """List the dashboards, by title."""
    remote.list(AT, LISTED, limit=limit, none="there is no dashboard")


@command.command("show")
@click.argument("dashboard")
@remote_command
def show_dashboard(remote: Remote, dashboard: str) -> None:
    """Show what a dashboard shows, and say the version that `save --if-match` takes."""
    found = remote.client.get(f"{AT}/{dashboard}")
    remote.show(found.data, lambda: f"{found.thing['title']}\n\n{_words(found.thing)}")
    remote.note(f"version {found.version}")


@command.command("save")
@click.argument("dashboard")
@click.option("--title", help="For people; the name without one.")
@click.option(
    "--metric", "metrics", multiple=True, metavar="METRIC[:STATISTIC]", help="One for each picture, in their order."
)
@matched
@remote_command
def save_dashboard(remote: Remote, dashboard: str, *, title: str | None, if_match: str | None, **options: Any) -> None:  # noqa: ANN401 of options
    """Make a dashboard, or let it show these metrics instead of its present ones."""
    widgets = [_widget(each) for each in options["metrics"]]
    body = {"title": title or dashboard, "widgets": widgets}
    saved = remote.client.change("PUT", f"{AT}/{dashboard}", body, if_match=if_match)
    remote.said(saved.data, f"{dashboard} shows {len(widgets)} metrics")
    remote.note(f"version {saved.version}")


def _widget(text: str) -> Json:
    metric, _, statistic = text.partition(":")
    if statistic and statistic not in STATISTICS:
        raise Invalid(f"there is no statistic {statistic!r}", fix=f"known are: {', '.join(STATISTICS)}")
    return {"title": metric, "metric": metric, "statistic": statistic or "sum"}


def _words(found: Json) -> str:
    return table(found["widgets"], WIDGETS, terminal_width()) if found["widgets"] else "it shows nothing yet"
