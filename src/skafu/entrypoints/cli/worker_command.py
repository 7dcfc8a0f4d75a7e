"""`skafu worker`: does the work of a platform whose API runs in other processes."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="The folder for everything kept in files."
)
@click.option("--database-url", metavar="URL", help="The PostgreSQL database of the platform.")
def command(*, data: Path | None, database_url: str | None) -> None:
    """Keep read models up to date and do the work that waits; start as many as you like. Ctrl-C ends it in order."""
    from skafu.entrypoints.log_lines import install_log
    from skafu.entrypoints.running import run, work
    from skafu.settings import read_settings

    settings = read_settings({"data": data, "database_url": database_url})
    install_log(settings.log_level, settings.log_format)
    run(work(settings))
