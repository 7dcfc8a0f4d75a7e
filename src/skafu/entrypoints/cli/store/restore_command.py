"""`skafu store restore`: a store from a backup."""

import asyncio
from pathlib import Path

import click
import msgspec

from skafu.entrypoints.cli.store.place import answer, reapplied_words, store_command
from skafu.store_bootstrap import StorePlace, restore


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keys", is_flag=True, help="The backup is one of keys.")
@click.option("--replace", is_flag=True, help="Replace what is there. Stop all processes of the store before.")
@store_command
def command(source: Path, *, keys: bool, replace: bool, place: StorePlace, as_json: bool) -> None:
    """Fill the store from the backup SOURCE.

    Who was erased after the backup was made is erased again, and read models that held something of theirs are built
    anew. For PostgreSQL, the command that does it is said.
    """
    done = asyncio.run(restore(place, source, keys=keys, replace=replace))
    found = {"source": str(source), **msgspec.to_builtins(done)}
    answer(found, as_json=as_json, words=lambda: f"restored from {source}\n{reapplied_words(done)}")
