"""Connections that see the rows of one tenant: row-level security goes by a setting of the session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from skafu.kernel.identity import TenantId
from skafu.storage.adapters.postgres.access import Pool, told
from skafu.storage.adapters.postgres.connection import Connection

_SET = "SELECT set_config('skafu.tenant', %s, false)"


class TenantSessions:
    """Lends connections of the reader's role, each set to the tenant that is asked for."""

    def __init__(self, pool: Pool) -> None:
        """Use a pool whose connections nobody else gets."""
        self._pool = pool
        self._tenants: WeakKeyDictionary[Connection, TenantId] = WeakKeyDictionary()

    @asynccontextmanager
    async def of(self, tenant: TenantId) -> AsyncIterator[Connection]:
        """A connection in autocommit that sees this tenant alone.

        Raises:
            Unavailable: the server does not answer.
        """
        with told():
            async with self._pool.connection() as connection:
                if self._tenants.get(connection) != tenant:
                    self._tenants.pop(connection, None)
                    await connection.execute(_SET, (tenant,))
                    self._tenants[connection] = tenant
                yield connection
