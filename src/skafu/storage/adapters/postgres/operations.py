"""Operators' questions to PostgreSQL, in the role of the feed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from skafu.storage.adapters.postgres.access import PostgresAccess, told
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.operations import Census, Hole

_CENSUS: Final = """
SELECT count(DISTINCT tenant), count(*) FILTER (WHERE version = 1), count(*),
    pg_database_size(current_database()), min(at), max(at) FROM events
"""
_HOLES: Final = """
SELECT tenant, stream, count(*), max(version) FROM events GROUP BY tenant, stream
HAVING count(*) <> max(version) OR min(version) <> 1 LIMIT %s
"""


class PostgresOperations:
    """Fills `Operations`."""

    def __init__(self, connection: Connection) -> None:
        """Ask through a connection in the feed's role."""
        self._connection = connection

    async def census(self) -> Census:
        """How much there is."""
        return Census(*(await self._rows(_CENSUS))[0])

    async def holes(self, *, limit: int = 100) -> list[Hole]:
        """Streams that are not whole."""
        return [Hole(*row) for row in await self._rows(_HOLES, limit)]

    async def damage(self) -> list[str]:
        """Nothing: PostgreSQL checks pages as it reads them, and has `pg_amcheck` for the rest."""
        return []

    async def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with told():
            return await (await self._connection.execute(statement.encode(), values)).fetchall()


@asynccontextmanager
async def postgres_operations(access: PostgresAccess) -> AsyncIterator[PostgresOperations]:
    """Connect, to a database that has its schema.

    Raises:
        Unavailable: the server does not answer.
    """
    with told():
        connection = await Connection.connect(access.feed, autocommit=True)
    async with connection:
        yield PostgresOperations(connection)
