"""`skafu errors`: everything that failed."""

from typing import Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command

LISTED: Final = (
    ("timestamp", "AT (UTC)"),
    ("severity", "SEVERITY"),
    ("source", "SOURCE"),
    ("code", "CODE"),
    ("message", "MESSAGE"),
)
CODES: Final = (
    ("last", "LAST (UTC)"),
    ("count", "TIMES"),
    ("severity", "SEVERITY"),
    ("source", "SOURCE"),
    ("code", "CODE"),
    ("message", "MESSAGE"),
)
AT: Final = "/observability/errors"


@click.command()
@click.option("--severity", type=click.Choice(["WARNING", "ERROR", "CRITICAL"]), help="Only those.")
@click.option("--code", help="Only those.")
@click.option("--source", help="Only those.")
@click.option("--codes", "by_kind", is_flag=True, help="Count them by kind.")
@limited
@remote_command
def command(
    remote: Remote, *, severity: str | None, code: str | None, source: str | None, by_kind: bool, limit: int
) -> None:
    """List everything that failed, the newest first."""
    if by_kind:
        remote.list(f"{AT}/codes", CODES, limit=limit, none="nothing has failed")
        return
    query = {"severity": severity, "code": code, "source": source}
    rows, _ = remote.client.pages(AT, query, limit=limit)
    shown = rows if remote.as_json else [_flat(each) for each in rows]
    remote.show_rows(shown, LISTED, none="nothing of that kind has failed")


def _flat(error: Json) -> Json:
    found = error["data"]
    return {**error, "code": found["errorCode"], "message": found["errorMessage"]}
