"""`skafu store verify`: whether a store is whole."""

import sys

import click

from skafu.entrypoints.cli.store.place import answer, store_command, with_store
from skafu.storage.operating.verifying import Verified, verify
from skafu.store_bootstrap import StorePlace


@click.command()
@store_command
def command(*, place: StorePlace, as_json: bool) -> None:
    """Read every event and say what is wrong: damaged files, holes in streams, unreadable events, lost checkpoints.

    Exit code 0: the store is whole; 1: it is not.
    """
    found = with_store(place, lambda store: verify(store.storage, store.operations))
    answer(found, as_json=as_json, words=lambda: _words(found))
    sys.exit(1 if found.faults else 0)


def _words(found: Verified) -> str:
    end = f"{found.events} events read, {len(found.faults)} faults"
    return "\n".join([*found.faults, end])
