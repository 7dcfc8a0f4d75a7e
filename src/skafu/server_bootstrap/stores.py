"""Opens the store of an installation, in SQLite or PostgreSQL, with the keys and the log of erasures."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from skafu.kernel.event_types import EventTypes
from skafu.kernel.telemetry import Tracer
from skafu.settings import Settings
from skafu.storage import Storage
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.blobs import Blobs
from skafu.storage.erasure import Eraser, ErasureLog, SealedCodec, SubjectKeys


class Stores(msgspec.Struct, frozen=True):
    """What an installation keeps."""

    storage: Storage
    blobs: Blobs
    keys: SubjectKeys
    erasures: ErasureLog


@asynccontextmanager
async def open_stores(settings: Settings, types: EventTypes, tracer: Tracer) -> AsyncIterator[Stores]:
    """Open what is kept; a new installation is made, an older one brought up to date, and erasures applied again.

    Raises:
        Unavailable: the database or the data folder cannot be used.
    """
    from skafu.storage.adapters.folder.blobs import FolderBlobs
    from skafu.storage.adapters.system import now

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as exits:
        opened = _postgres if settings.database_url else _sqlite
        storage, keys, erasures = await opened(settings, types, tracer, exits)
        await Eraser(keys, erasures, storage.documents, now).reapply()
        yield Stores(storage, FolderBlobs(settings.data / "blobs"), keys, erasures)


async def _sqlite(
    settings: Settings, types: EventTypes, tracer: Tracer, exits: AsyncExitStack
) -> tuple[Storage, SubjectKeys, ErasureLog]:
    from skafu.storage.adapters.folder.erasure_log import FileErasureLog
    from skafu.storage.adapters.sqlite import sqlite_storage
    from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys
    from skafu.store_bootstrap import ERASURES_FILE, KEYS_FILE, STORE_FILE

    keys = await exits.enter_async_context(sqlite_subject_keys(settings.data / KEYS_FILE))
    codec = SealedCodec(types, keys, AesGcm())
    storage = await exits.enter_async_context(sqlite_storage(settings.data / STORE_FILE, codec, tracer=tracer))
    return storage, keys, FileErasureLog(settings.data / ERASURES_FILE)


async def _postgres(
    settings: Settings, types: EventTypes, tracer: Tracer, exits: AsyncExitStack
) -> tuple[Storage, SubjectKeys, ErasureLog]:
    from skafu.storage.adapters.postgres import one_login, postgres_storage
    from skafu.storage.adapters.postgres.erasure import postgres_erasure

    url = settings.database_url.get_secret_value() if settings.database_url else ""
    access = one_login(url)
    keys, erasures = await exits.enter_async_context(postgres_erasure(url))
    codec = SealedCodec(types, keys, AesGcm())
    return await exits.enter_async_context(postgres_storage(access, codec, tracer=tracer)), keys, erasures
