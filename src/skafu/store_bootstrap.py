"""The composition root of operators' tools: a store without event types, and its copies.

It stands apart from the other one so that neither brings what the other needs; each engine is imported when it is used.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused

if TYPE_CHECKING:
    from skafu.kernel.identity import Clock
    from skafu.storage.erasure import Eraser, ErasureLog, Reapplied, SubjectKeys
    from skafu.storage.operations import Operations
    from skafu.storage.storage import Storage

STORE_FILE = "skafu.db"
KEYS_FILE = "keys.db"
ERASURES_FILE = "erasures.jsonl"


@dataclass(frozen=True)
class StorePlace:
    """Where a store is: in a folder, or in a PostgreSQL database.

    Attributes:
        data: a folder with the database, the keys of subjects and the log of erasures, each in a file.
        url: the address of a database.
    """

    data: Path | None = None
    url: str | None = None

    def folder(self, otherwise: str) -> Path:
        """The folder; `otherwise` says how the same is done with PostgreSQL.

        Raises:
            Invalid: there is neither a folder nor an address.
            Refused: the store is in PostgreSQL.
        """
        if self.data is not None:
            return self.data
        if self.url is None:
            raise Invalid("nothing says where the store is", fix="give --data DIR or --database-url URL")
        raise Refused("PostgreSQL has tools of its own for this", fix=otherwise)


@dataclass(frozen=True)
class OperatedStore:
    """A store as operators have it: events in their stored shapes."""

    storage: "Storage"
    operations: "Operations"
    clock: "Clock"


@asynccontextmanager
async def operated_store(place: StorePlace, *, create: bool = False) -> AsyncIterator[OperatedStore]:
    """Open a store; an older schema is brought up to date.

    Args:
        place: where it is.
        create: make one in the folder when there is none.

    Raises:
        Invalid: nothing says where it is, or two things do.
        NotFound: there is no store in the folder.
        Unavailable: the engine does not answer.
    """
    from skafu.storage.adapters.system import now
    from skafu.storage.raw import RawCodec

    if place.data is not None and place.url is not None:
        raise Invalid("a store is in a folder or in a database", fix="give --data or --database-url, not both")
    async with AsyncExitStack() as parts:
        if place.url is not None:
            from skafu.storage.adapters.postgres import one_login, postgres_storage
            from skafu.storage.adapters.postgres.operations import postgres_operations

            access = one_login(place.url)
            storage = await parts.enter_async_context(postgres_storage(access, RawCodec()))
            yield OperatedStore(storage, await parts.enter_async_context(postgres_operations(access)), now)
        else:
            from skafu.storage.adapters.sqlite import sqlite_storage
            from skafu.storage.adapters.sqlite.operations import SqliteOperations

            file = _database(place.folder(""), create=create)
            storage = await parts.enter_async_context(sqlite_storage(file, RawCodec()))
            yield OperatedStore(storage, SqliteOperations(file), now)


@asynccontextmanager
async def operated_eraser(place: StorePlace, *, create: bool = False) -> AsyncIterator["Eraser"]:
    """Open a store with the keys of its subjects and the log of erasures.

    Args:
        place: where it is; in PostgreSQL, all three are in one database.
        create: make a store in the folder when there is none.

    Raises:
        Invalid: nothing says where it is.
        NotFound: there is no store in the folder.
        Unavailable: the engine does not answer.
    """
    from skafu.storage.erasure import Eraser

    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(operated_store(place, create=create))
        keys: SubjectKeys
        log: ErasureLog
        if place.url is not None:
            from skafu.storage.adapters.postgres.erasure import postgres_erasure

            keys, log = await parts.enter_async_context(postgres_erasure(place.url))
        else:
            from skafu.storage.adapters.folder.erasure_log import FileErasureLog
            from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys

            folder = place.folder("")
            keys = await parts.enter_async_context(sqlite_subject_keys(folder / KEYS_FILE))
            log = FileErasureLog(folder / ERASURES_FILE)
        yield Eraser(keys, log, store.storage.documents, store.clock)


async def back_up(place: StorePlace, target: Path, *, keys: bool) -> None:
    """Copy the database of a folder, or its keys, to a new file while others work with it.

    Raises:
        NotFound: there is no store in the folder, or it has no keys.
        Conflict: the target exists.
        Refused: the store is in PostgreSQL.
        Unavailable: a file cannot be read or written.
    """
    from skafu.storage.adapters.sqlite.operations import copy_file

    schemas = "--schema=skafu_keys" if keys else "--exclude-schema=skafu_keys --exclude-schema=skafu_erasures"
    folder = place.folder(f'run: pg_dump --format=custom {schemas} --file={target} "$SKAFU_DATABASE_URL"')
    source = folder / (KEYS_FILE if keys else STORE_FILE)
    if not source.is_file():
        raise NotFound(f"there is no file {source}", fix="give the folder of a store")
    await copy_file(source, target, table="subject_keys" if keys else "events")


async def restore(place: StorePlace, source: Path, *, keys: bool, replace: bool) -> "Reapplied":
    """Fill the database of a folder, or its keys, from a backup, and erase again who was erased since.

    Returns:
        What became of the erasures on record: keys that are destroyed again, read models that are built anew.

    Raises:
        Invalid: the source is no whole backup of this kind.
        Conflict: there is something already, and it is not to be replaced.
        Refused: the store is in PostgreSQL.
        Unavailable: a file cannot be read or written.
    """
    from skafu.storage.adapters.sqlite.operations import put_back
    from skafu.storage.adapters.sqlite.places import begin_epoch

    folder = place.folder(
        f'run: pg_restore --clean --if-exists --dbname="$SKAFU_DATABASE_URL" {source}; then: skafu store reapply'
    )
    target = folder / (KEYS_FILE if keys else STORE_FILE)
    if target.exists() and not replace:
        raise Conflict(f"{target} exists already", fix="stop all processes of the store, and add --replace")
    folder.mkdir(parents=True, exist_ok=True)
    if keys:
        await put_back(source, target, table="subject_keys")
    else:
        await put_back(source, target, table="events", prepared=begin_epoch)
    async with operated_eraser(place, create=True) as eraser:
        return await eraser.reapply()


def _database(folder: Path, *, create: bool) -> Path:
    file = folder / STORE_FILE
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not file.is_file():
        raise NotFound(f"there is no store in {folder}", fix="give the folder that holds skafu.db")
    return file
