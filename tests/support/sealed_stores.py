"""Stores whose events have personal fields, with the keys and the log beside them, and all bytes that they leave."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
from postgres_databases import emptied
from projected_numbers import QUICK
from psycopg.sql import SQL, Identifier
from storage_samples import TYPES

from skafu.kernel.event_types import EventType, EventTypes, Fields
from skafu.kernel.events import Event
from skafu.kernel.personal import Personal
from skafu.storage import Body, Collection, Storage
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.folder.erasure_log import FileErasureLog
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.erasure import MemoryErasureLog, MemorySubjectKeys
from skafu.storage.adapters.postgres import one_login, postgres_storage
from skafu.storage.adapters.postgres.erasure import postgres_erasure
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys
from skafu.storage.erasure import Eraser, ErasureLog, SealedCodec, SubjectKeys
from skafu.storage.projections import Projection, Recorded, Worker

AT = datetime(2026, 1, 2, tzinfo=UTC)
PEOPLE = Collection("people", (("mail",),))


class Joined(Event, frozen=True):
    user: str
    mail: Annotated[str, Personal(subject="user")]
    born: Annotated[int | None, Personal(subject="user", erased=0)] = None
    plan: str = "free"


def _mail_has_a_name(fields: Fields) -> Fields:
    return {"mail": fields.pop("address"), **fields}


MEMBERS = EventTypes(EventType(Joined, "member.joined", (_mail_has_a_name,)))


def people(event: Recorded) -> list[str]:
    return [event.event.user] if isinstance(event.event, Joined) else []


def person(_before: Body | None, event: Recorded) -> Body | None:
    assert isinstance(event.event, Joined)
    return {"mail": event.event.mail, "born": event.event.born}


def people_worker(storage: Storage) -> Worker:
    return Worker(storage, lambda: AT, projections=[Projection("people", PEOPLE, people, person)], patience=QUICK)


@dataclass(frozen=True)
class SealedStore:
    """A store, what makes its people forgotten, and the bytes that somebody with its disk or dump sees."""

    storage: Storage
    keys: SubjectKeys
    log: ErasureLog
    bytes_of_keys: Callable[[], bytes]

    @property
    def eraser(self) -> Eraser:
        return Eraser(self.keys, self.log, self.storage.documents, lambda: AT)


def sealed(keys: SubjectKeys) -> SealedCodec:
    return SealedCodec(TYPES | MEMBERS, keys, AesGcm())


@asynccontextmanager
async def sealed_store(name: str, folder: Path, address: Callable[[], str]) -> AsyncIterator[SealedStore]:
    """Open a store of an engine; that of a file again, when there is one in the folder."""
    async with AsyncExitStack() as stack:
        match name:
            case "memory":
                memory = MemorySubjectKeys()
                yield SealedStore(memory_storage(sealed(memory)), memory, MemoryErasureLog(), bytes)
            case "sqlite":
                keys = await stack.enter_async_context(sqlite_subject_keys(folder / "keys.db"))
                storage = await stack.enter_async_context(sqlite_storage(folder / "events.db", sealed(keys)))
                log = FileErasureLog(folder / "erasures.jsonl")
                yield SealedStore(storage, keys, log, (folder / "keys.db").read_bytes)
            case _:
                url = address()
                emptied(url)
                with psycopg.connect(url) as connection:
                    connection.execute("DROP SCHEMA IF EXISTS skafu_keys, skafu_erasures CASCADE")
                rooms = await stack.enter_async_context(postgres_erasure(url))
                storage = await stack.enter_async_context(postgres_storage(one_login(url), sealed(rooms[0])))
                yield SealedStore(storage, *rooms, lambda: _dumped(url, "skafu_keys"))


def left_behind(name: str, folder: Path, address: Callable[[], str]) -> bytes:
    """All that a closed store has left: its files, or the rows of its tables."""
    if name == "sqlite":
        return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return _dumped(address(), "public") if name == "postgres" else b""


def _dumped(url: str, schema: str) -> bytes:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)).fetchall()
        parts = []
        for (table,) in found:
            statement = SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(schema, table))
            with connection.cursor().copy(statement) as rows:
                parts += [bytes(each) for each in rows]
    return b"".join(parts)
