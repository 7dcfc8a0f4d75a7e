"""`skafu store export`: all events as lines of JSON."""

from pathlib import Path

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.operating.lines import lines
from skafu.store_bootstrap import OperatedStore, StorePlace


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@store_command
def command(target: Path, *, place: StorePlace, as_json: bool) -> None:
    """Write all events, in order, to the new file TARGET or to standard output (-), one line of JSON each.

    Personal fields stay sealed. What was done is said on standard error.
    """

    async def export(store: OperatedStore) -> int:
        count = 0
        with click.open_file(str(target), "wb" if str(target) == "-" else "xb") as file:
            async for line in lines(store.storage.feed):
                file.write(line)
                count += 1
        return count

    events = with_store(place, export)
    answer({"target": str(target), "events": events}, as_json=as_json, words=lambda: f"{events} events", err=True)
