"""`skafu runs`: generations and proofs."""

import sys
from typing import Any, Final

import click

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.moments import moment
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.entrypoints.cli.remote.watching import watch_run

LISTED: Final = (
    ("id", "RUN"),
    ("kind", "KIND"),
    ("state", "STATE"),
    ("verdict", "VERDICT"),
    ("revision", "REVISION"),
    ("seconds", "SECONDS"),
    ("requested_at", "REQUESTED (UTC)"),
    ("reason", "REASON"),
)
FIELDS: Final = (
    "id",
    "project_id",
    "kind",
    "revision",
    "state",
    "verdict",
    "attempt",
    "passed",
    "failed",
    "open_questions",
    "seconds",
    "reason",
    "fix",
)


@click.group()
def command() -> None:
    """Look at generations and proofs; RUN is an id."""


@command.command("list")
@click.option("--project", help="Only those of this project.")
@click.option("--kind", type=click.Choice(["generate", "prove"]), help="Only those.")
@click.option(
    "--state", type=click.Choice(["queued", "running", "finished", "failed", "cancelled"]), help="Only those."
)
@click.option("--created-after", type=moment, metavar="MOMENT", help="Only those asked for then or later.")
@limited
@remote_command
def list_runs(remote: Remote, *, project: str | None, limit: int, **filters: Any) -> None:  # noqa: ANN401 of options
    """List generations and proofs, the newest first."""
    query = {**filters, "project_id": project_id_of(remote.client, project) if project else None}
    remote.list("/runs", LISTED, query=query, limit=limit, none="there is no such run")


@command.command("show")
@click.argument("run")
@remote_command
def show_run(remote: Remote, run: str) -> None:
    """Show a run."""
    remote.show_fields(remote.client.get(f"/runs/{run}").data, FIELDS)


@command.command("log")
@click.argument("run")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="How many lines at most; all without it.")
@remote_command
def show_log(remote: Remote, run: str, *, limit: int) -> None:
    """Print what happened in a run, in order."""
    lines, _ = remote.client.pages(f"/runs/{run}/log", limit=limit)
    if remote.as_json:
        remote.show(lines, str)
        return
    for each in lines:
        moment = each["at"][11:19]
        click.echo(
            harmless(f"{moment}  {each['name']:<28} {each['state']:<10} {each['text']}", newlines=False).rstrip()
        )
        for problem in each["problems"]:
            click.echo(f"          {harmless(problem)}")


@command.command("cancel")
@click.argument("run")
@click.option("--reason", default="", help="Stays on record.")
@remote_command
def cancel_run(remote: Remote, run: str, *, reason: str) -> None:
    """Cancel a run, waiting or under way."""
    found = remote.client.post(f"/runs/{run}/cancel", {"reason": reason}).data
    remote.said(found, f"run {run} is {found['state']}")


@command.command("watch")
@click.argument("run")
@remote_command
def follow_run(remote: Remote, run: str) -> None:
    """Follow a run to its end, live. Exit code 0: generated or proven; 1: not."""
    sys.exit(watch_run(remote, run, f"skafu runs watch {run}"))
