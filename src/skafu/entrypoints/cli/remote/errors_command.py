"""`skafu errors`: everything that failed."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.moments import moment
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
OF_NOBODY: Final = "/admin/installation/errors"


@click.command()
@click.option("--severity", type=click.Choice(["WARNING", "ERROR", "CRITICAL"]), help="Only those.")
@click.option("--code", help="Only those.")
@click.option("--source", help="Only those.")
@click.option("--correlation-id", metavar="ID", help="Of one request.")
@click.option("--text", help="Words that stand in the message.")
@click.option("--created-after", type=moment, metavar="MOMENT", help="Then or later: 2026-01-31T12:00:00Z.")
@click.option("--created-before", type=moment, metavar="MOMENT", help="Before.")
@click.option(
    "--installation", is_flag=True, help="What failed for no organisation; for the owner of the installation."
)
@click.option("--codes", "by_kind", is_flag=True, help="Count them by kind.")
@limited
@remote_command
def command(remote: Remote, *, installation: bool, by_kind: bool, limit: int, **query: Any) -> None:  # noqa: ANN401
    """List everything that failed, the newest first."""
    place = OF_NOBODY if installation else AT
    if by_kind:
        remote.list(f"{place}/codes", CODES, limit=limit, none="nothing has failed")
        return
    if remote.as_json or remote.fields:
        remote.list(place, LISTED, query=query, limit=limit, none="nothing of that kind has failed")
        return
    shown = [_flat(each) for each in remote.rows(place, query, limit=limit)]
    remote.show_rows(shown, LISTED, none="nothing of that kind has failed")


def _flat(error: Json) -> Json:
    found = error["data"]
    return {**error, "code": found["errorCode"], "message": found["errorMessage"]}
