"""`skafu store reapply`: erasures after a restore."""

import asyncio

import click

from skafu.entrypoints.cli.store.place import answer, reapplied_words, store_command
from skafu.storage.erasure import Reapplied
from skafu.store_bootstrap import StorePlace, operated_eraser


@click.command()
@store_command
def command(*, place: StorePlace, as_json: bool) -> None:
    """Destroy the keys of all who were ever erased, and build anew the read models that held something of theirs.

    After keys or events were restored, before the store serves.
    """
    found = asyncio.run(_reapplied(place))
    answer(found, as_json=as_json, words=lambda: reapplied_words(found))


async def _reapplied(place: StorePlace) -> Reapplied:
    async with operated_eraser(place) as eraser:
        return await eraser.reapply()
