"""A process that appends to a store and says what was acknowledged: `writing_process.py ADDRESS STREAM HOW_MANY`."""

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from subprocess import PIPE, Popen

from storage_samples import ACME, ORIGIN, codec, counted

from skafu.storage import ANY, Storage
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.sqlite import sqlite_storage


def store_at(address: str) -> AbstractAsyncContextManager[Storage]:
    """The store of a file, or of a PostgreSQL database."""
    if "=" in address:
        return postgres_storage(one_login(address), codec())
    return sqlite_storage(Path(address), codec())


def started(address: str, stream: str, many: int) -> "Popen[str]":
    """Start such a process; each line of its output is the number of an event that is on the disk."""
    return Popen([sys.executable, __file__, address, stream, str(many)], stdout=PIPE, text=True)


async def _write(address: str, stream: str, many: int) -> None:
    async with store_at(address) as storage:

        async def one(number: int) -> None:
            await storage.events.append(ACME, stream, counted(number), expected=ANY, origin=ORIGIN)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()

        for first in range(0, many, 4):
            await asyncio.gather(*(one(number) for number in range(first, min(first + 4, many))))


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
