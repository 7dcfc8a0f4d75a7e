"""`skafu up`: starts the platform."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from skafu.server_bootstrap import Platform


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="The folder for everything kept in files."
)
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.  [default: 8400]")
@click.option("--database-url", metavar="URL", help="A PostgreSQL database; without one, SQLite in the data folder.")
@click.option("--workers/--no-workers", default=None, help="Whether this process also does the work that waits.")
def command(
    *, data: Path | None, host: str | None, port: int | None, database_url: str | None, workers: bool | None
) -> None:
    """Start Skafu: the API, and unless other processes do it, its workers. Ctrl-C ends it in order.

    All settings are described in the guide "Running the platform"; the environment and a file (SKAFU_CONFIG) give them
    as well.
    """
    from skafu.entrypoints.log_lines import install_log
    from skafu.entrypoints.running import run, serve
    from skafu.settings import read_settings

    given = {"data": data, "host": host, "port": port, "database_url": database_url, "workers": workers}
    settings = read_settings(given)
    install_log(settings.log_level, settings.log_format)
    run(serve(settings, _greet))


async def _greet(platform: "Platform", address: str) -> None:
    store = "PostgreSQL" if platform.settings.database_url else str(platform.settings.data)
    click.echo(f"Skafu is ready at {address} (data: {store})")
    link = await platform.site.first_link() if platform.site.first_link else ""
    if link:
        reached = str(platform.settings.public_url or address).rstrip("/")
        click.echo(f"Sign in within an hour, once: {reached}/sign-in#owner={link}")
