"""Keys of subjects and the log of erasures in PostgreSQL: schemas of their own, in this or in another database.

`pg_dump --exclude-schema=skafu_keys --exclude-schema=skafu_erasures` backs up the events; the keys are dumped apart,
and the log is never restored over a newer one.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from skafu.kernel.identity import TenantId
from skafu.storage.adapters.aes_gcm import new_key
from skafu.storage.adapters.postgres.access import SECONDS_TO_GET_IN, Pool, told
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.erasure import Erasure, Subject

_LOCK = "SELECT pg_advisory_xact_lock(7357101140210002)"
_TABLES = """
CREATE SCHEMA IF NOT EXISTS skafu_keys;
CREATE TABLE IF NOT EXISTS skafu_keys.subject_keys (
    tenant text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, key bytea, PRIMARY KEY (tenant, subject)
);
CREATE SCHEMA IF NOT EXISTS skafu_erasures;
CREATE TABLE IF NOT EXISTS skafu_erasures.erasures (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL, subject text NOT NULL, by text NOT NULL, at timestamptz NOT NULL
);
ALTER TABLE skafu_erasures.erasures ADD COLUMN IF NOT EXISTS rebuild text[] NOT NULL DEFAULT '{}'
"""
_MAKE = """
INSERT INTO skafu_keys.subject_keys (tenant, subject, key) SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[])
ON CONFLICT DO NOTHING
"""
_READ = """
SELECT k.tenant, k.subject, k.key FROM unnest(%s::text[], %s::text[]) AS w(tenant, subject)
JOIN skafu_keys.subject_keys k USING (tenant, subject) WHERE k.key IS NOT NULL
"""
_ERASE = """
INSERT INTO skafu_keys.subject_keys (tenant, subject, key)
SELECT tenant, subject, NULL FROM unnest(%s::text[], %s::text[]) AS w(tenant, subject)
ON CONFLICT (tenant, subject) DO UPDATE SET key = NULL
"""
_VACUUM = "VACUUM skafu_keys.subject_keys"
_RECORD = "INSERT INTO skafu_erasures.erasures (tenant, subject, by, at, rebuild) VALUES (%s, %s, %s, %s, %s)"
_ENTRIES = "SELECT tenant, subject, by, at, rebuild FROM skafu_erasures.erasures ORDER BY number"


class PostgresSubjectKeys:
    """Fills `SubjectKeys`."""

    def __init__(self, pool: Pool) -> None:
        """Use a pool."""
        self._pool = pool

    async def sealing(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys of these subjects, made where there are none yet."""
        found = await self.opening(subjects)
        missing = [each for each in subjects if each not in found]
        if not missing:
            return found
        await self._rows(_MAKE, (*_columns(missing), [new_key() for _ in missing]))
        return await self.opening(subjects)

    async def opening(self, subjects: Collection[Subject], /) -> dict[Subject, bytes]:
        """The keys among these that are there."""
        rows = await self._rows(_READ, _columns(subjects))
        return {Subject(TenantId(tenant), subject): key for tenant, subject, key in rows}

    async def erase(self, subjects: Collection[Subject], /) -> None:
        """Destroy keys, in the versions of rows that PostgreSQL still has as well."""
        await self._rows(_ERASE, _columns(subjects))
        await self._rows(_VACUUM, ())

    async def _rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with told():
            async with self._pool.connection() as connection:
                cursor = await connection.execute(statement.encode(), values)
                return await cursor.fetchall() if cursor.description else []


class PostgresErasureLog:
    """Fills `ErasureLog`."""

    def __init__(self, pool: Pool) -> None:
        """Use a pool."""
        self._pool = pool

    async def record(self, erasure: Erasure, /) -> None:
        """Keep an entry."""
        subject = erasure.subject
        with told():
            async with self._pool.connection() as connection:
                values = (subject.tenant, subject.id, erasure.by, erasure.at, list(erasure.rebuild))
                await connection.execute(_RECORD, values)

    async def entries(self) -> list[Erasure]:
        """All entries."""
        with told():
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(_ENTRIES)).fetchall()
        return [
            Erasure(Subject(TenantId(tenant), subject), by, at, tuple(rebuild))
            for tenant, subject, by, at, rebuild in rows
        ]


@asynccontextmanager
async def postgres_erasure(url: str) -> AsyncIterator[tuple[PostgresSubjectKeys, PostgresErasureLog]]:
    """Open the keys and the log, made if need be.

    Args:
        url: an address that no role of the event store has to know; its login owns the two schemas.

    Raises:
        Unavailable: the server does not answer.
    """
    with told():
        async with await psycopg.AsyncConnection.connect(url) as connection:
            await connection.execute(_LOCK)
            await connection.execute(_TABLES)
    pool = AsyncConnectionPool(
        url,
        connection_class=Connection,
        kwargs={"autocommit": True},
        min_size=1,
        max_size=2,
        timeout=SECONDS_TO_GET_IN,
        open=False,
    )
    async with pool:
        yield PostgresSubjectKeys(pool), PostgresErasureLog(pool)


def _columns(subjects: Collection[Subject]) -> tuple[list[TenantId], list[str]]:
    # Always in the same order: two who write the same keys cannot lock each other out.
    pairs = sorted((each.tenant, each.id) for each in subjects)
    return [tenant for tenant, _ in pairs], [subject for _, subject in pairs]
