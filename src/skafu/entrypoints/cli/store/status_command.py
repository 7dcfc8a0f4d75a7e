"""`skafu store status`: how a store stands."""

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.operating.status import StoreStatus, status
from skafu.storage.projections import ShardStatus
from skafu.store_bootstrap import StorePlace


@click.command()
@store_command
def command(*, place: StorePlace, as_json: bool) -> None:
    """Say how many streams and events there are, how far each projection has come, and what is parked."""
    found = with_store(place, lambda store: status(store.storage, store.operations, store.clock))
    answer(found, as_json=as_json, words=lambda: _words(found))


def _words(found: StoreStatus) -> str:
    census = found.census
    lines = [
        f"{census.events} events in {census.streams} streams of {census.tenants} tenants, {census.bytes / 1e6:.1f} MB"
    ]
    if census.oldest is not None and census.newest is not None:
        lines.append(f"recorded from {census.oldest:%Y-%m-%d %H:%M} to {census.newest:%Y-%m-%d %H:%M} UTC")
    lines += [_follower(each) for each in found.followers] or ["no projection has followed this store"]
    lines += [f"{name} is being built anew" for name in found.rebuilding]
    if found.parked:
        lines.append(f"{found.parked} events are parked: skafu store parked list")
    return "\n".join(lines)


def _follower(each: ShardStatus) -> str:
    lag = f"{each.behind} events behind ({each.seconds:.0f} s)" if each.behind else "up to date"
    return f"  {each.follower} [{each.shard}]  {lag}, followed by {each.owner or 'nobody'}"
