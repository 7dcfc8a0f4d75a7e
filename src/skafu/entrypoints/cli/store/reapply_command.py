"""`skafu store reapply`: erasures after a restore."""

import asyncio

import click

from skafu.entrypoints.cli.store.place import answer, store_command
from skafu.store_bootstrap import StorePlace, operated_eraser


@click.command()
@store_command
def command(*, place: StorePlace, as_json: bool) -> None:
    """Destroy the keys of all who were ever erased: after keys were restored, before the store serves."""
    count = asyncio.run(_reapplied(place))
    answer({"erased": count}, as_json=as_json, words=lambda: f"{count} subjects stay erased")


async def _reapplied(place: StorePlace) -> int:
    async with operated_eraser(place) as eraser:
        return await eraser.reapply()
