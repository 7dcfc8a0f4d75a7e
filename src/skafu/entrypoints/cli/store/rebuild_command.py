"""`skafu store rebuild`: a projection from the first event on."""

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.projections import Build, Builds
from skafu.store_bootstrap import OperatedStore, StorePlace


@click.command()
@click.argument("name")
@click.option("--shards", type=click.IntRange(1, 256), help="Into how many parts the new build is cut.")
@store_command
def command(name: str, *, shards: int | None, place: StorePlace, as_json: bool) -> None:
    """Let the workers build the projection NAME anew; the old build answers until the new one has caught up."""

    async def begin(store: OperatedStore) -> Build:
        return await Builds(store.storage.documents).begin(name, shards=shards)

    found = with_store(place, begin)
    words = f"{name}: build {found.next} is filled by the workers that run; see skafu store status"
    answer(found, as_json=as_json, words=lambda: words)
