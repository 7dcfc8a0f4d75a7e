"""`skafu store import`: events from lines of JSON."""

from pathlib import Path

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.operating.lines import Taken, take_in
from skafu.store_bootstrap import OperatedStore, StorePlace


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True, exists=True))
@store_command
def command(source: Path, *, place: StorePlace, as_json: bool) -> None:
    """Take in the events of the file SOURCE, or of standard input (-), as `skafu store export` writes them.

    Ids, versions, times and order are kept. Events that are there already are passed over, so that an import that was
    interrupted can be run again. A folder without a store gets one.
    """

    async def take(store: OperatedStore) -> Taken:
        with click.open_file(str(source), "rb") as file:
            return await take_in(file, store.storage.imports)

    done = with_store(place, take, create=True)
    words = f"{done.read} events read, {done.written} written, {done.read - done.written} were there already"
    answer(done, as_json=as_json, words=lambda: words)
