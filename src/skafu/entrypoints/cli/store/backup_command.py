"""`skafu store backup`: a copy while others work."""

import asyncio
from pathlib import Path

import click

from skafu.entrypoints.cli.store.place import answer, store_command
from skafu.store_bootstrap import StorePlace, back_up


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keys", is_flag=True, help="Copy the keys of personal fields, and nothing else. Keep them apart.")
@store_command
def command(target: Path, *, keys: bool, place: StorePlace, as_json: bool) -> None:
    """Copy the store to the new file TARGET, as it is at one moment, while others read and write.

    Keys of personal fields are not in it: copy them with --keys, and keep the two apart. For PostgreSQL, the command
    that does it is said.
    """
    asyncio.run(back_up(place, target, keys=keys))
    size = target.stat().st_size
    answer({"target": str(target), "bytes": size}, as_json=as_json, words=lambda: f"{target}: {size / 1e6:.1f} MB")
