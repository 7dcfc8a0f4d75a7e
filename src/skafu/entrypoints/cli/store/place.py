"""Where a store is, and how it is answered: the options that all commands share."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from skafu.store_bootstrap import OperatedStore, StorePlace, operated_store

if TYPE_CHECKING:
    from skafu.storage.erasure import Reapplied

T = TypeVar("T")
Command = Callable[..., None]


def store_command(function: Command) -> Command:
    """Give a command the options of a place and of its answer; it gets `place` and `as_json`."""

    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The folder of the store.")
    @click.option("--database-url", envvar="SKAFU_DATABASE_URL", metavar="URL", help="Its PostgreSQL database.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @wraps(function)
    def placed(data: Path | None, database_url: str | None, **options: object) -> None:
        function(place=StorePlace(data, None if data else database_url), **options)

    return placed


def with_store(place: StorePlace, work: Callable[[OperatedStore], Awaitable[T]], *, create: bool = False) -> T:
    """Open a store, do something with it, and close it."""

    async def whole() -> T:
        async with operated_store(place, create=create) as store:
            return await work(store)

    return asyncio.run(whole())


def answer(found: object, *, as_json: bool, words: Callable[[], str], err: bool = False) -> None:
    """Say what was found, to programs or to people."""
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2) if as_json else words(), err=err)


def reapplied_words(done: "Reapplied") -> str:
    """What became of the erasures on record, for people."""
    lines = [f"{done.erased} subjects stay erased"]
    lines += [f"  {name} is being built anew: let the store serve when that has ended" for name in done.rebuilding]
    lines += [f"  {name} is being built anew already: rebuild it once more when it has ended" for name in done.again]
    return "\n".join(lines)
