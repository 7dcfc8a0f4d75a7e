"""`skafu store restore`: a store from a backup."""

import asyncio
from pathlib import Path

import click

from skafu.entrypoints.cli.store.place import answer, store_command
from skafu.store_bootstrap import StorePlace, restore


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keys", is_flag=True, help="The backup is one of keys.")
@click.option("--replace", is_flag=True, help="Replace what is there. Stop all processes of the store before.")
@store_command
def command(source: Path, *, keys: bool, replace: bool, place: StorePlace, as_json: bool) -> None:
    """Fill the store from the backup SOURCE.

    Who was erased after the backup was made is erased again. For PostgreSQL, the command that does it is said.
    """
    erased = asyncio.run(restore(place, source, keys=keys, replace=replace))
    found = {"source": str(source), "erased_again": erased}
    answer(found, as_json=as_json, words=lambda: f"restored from {source}; {erased} subjects stay erased")
