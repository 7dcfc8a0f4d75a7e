"""`skafu store parked`: events that could not be handled."""

from typing import Literal

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.projections import Parked, ParkingLot
from skafu.store_bootstrap import OperatedStore, StorePlace


@click.group()
def command() -> None:
    """See the events that stopped a shard, and say what is to be done with them."""


@command.command("list")
@click.option("--all", "closed", is_flag=True, help="Those that were decided and handled as well.")
@store_command
def list_command(*, closed: bool, place: StorePlace, as_json: bool) -> None:
    """List the parked events, oldest first, with the key of each."""

    async def cases(store: OperatedStore) -> list[Parked]:
        return await ParkingLot(store.storage.documents, store.clock).list(open_only=not closed)

    found = with_store(place, cases)
    answer(found, as_json=as_json, words=lambda: "\n".join(map(_words, found)) or "no event is parked")


@command.command()
@click.argument("key")
@click.option("--by", required=True, metavar="NAME", help="Who decides; it stays on record.")
@store_command
def retry(key: str, *, by: str, place: StorePlace, as_json: bool) -> None:
    """Let the event of the case KEY be tried again."""
    _decide(place, key, "retry", by, "", as_json=as_json)


@command.command()
@click.argument("key")
@click.option("--by", required=True, metavar="NAME", help="Who decides; it stays on record.")
@click.option("--because", required=True, metavar="TEXT", help="Why; it stays on record.")
@store_command
def skip(key: str, *, by: str, because: str, place: StorePlace, as_json: bool) -> None:
    """Let the shard go on without the event of the case KEY."""
    _decide(place, key, "skip", by, because, as_json=as_json)


def _decide(
    place: StorePlace, key: str, decision: Literal["retry", "skip"], by: str, because: str, *, as_json: bool
) -> None:
    async def decided(store: OperatedStore) -> Parked:
        return await ParkingLot(store.storage.documents, store.clock).decide(key, decision, by=by, reason=because)

    found = with_store(place, decided)
    answer(found, as_json=as_json, words=lambda: _words(found))


def _words(parked: Parked) -> str:
    event = parked.event
    return (
        f"{parked.key}: {parked.decision}\n"
        f"  {event.type}, event {event.version} of stream {event.stream!r} of {event.tenant!r}, "
        f"tried {parked.attempts} times\n  {parked.error}"
    )
