"""Brings a PostgreSQL database to the newest schema, and begins a new epoch when it has moved to another server."""

from typing import Any, Final

import psycopg

from skafu.kernel.errors import Unavailable
from skafu.storage.adapters.postgres.access import told
from skafu.storage.adapters.sql import HEAD
from skafu.storage.adapters.sql.rights import GRANTS

LOCK: Final = 7_357_101_140_210_001
"""The advisory lock that migrations run under; any number that nobody else uses."""

_SERVER = "SELECT system_identifier FROM pg_control_system()"
_LAST_EPOCH = "SELECT epoch, server FROM epochs ORDER BY epoch DESC LIMIT 1"
_NEW_EPOCH = "INSERT INTO epochs (epoch, server, began) VALUES (%s, %s, now())"

Connection = psycopg.Connection[tuple[Any, ...]]


def bring_up(url: str) -> None:
    """Bring a database to the newest schema, once, however many processes ask.

    Raises:
        Unavailable: the server does not answer, or a newer version of the program has been here.
    """
    with told(), psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            if _revision(connection) != HEAD:
                _upgrade(connection)
            _continue_epoch(connection)
        finally:
            if not connection.closed:
                connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


def _revision(connection: Connection) -> str | None:
    found = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    if found is None or not found[0]:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _upgrade(connection: Connection) -> None:
    import sqlalchemy as sa
    from alembic.util import CommandError
    from sqlalchemy.pool import StaticPool

    from skafu.storage.adapters.sql.migrate import upgrade

    connection.autocommit = False
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.begin() as wrapped:
            upgrade(wrapped)
    except CommandError as error:
        raise Unavailable(f"the database is of another version: {error}", fix="run a newer skafu") from error
    finally:
        if not connection.closed:
            connection.rollback()
            connection.autocommit = True


def _continue_epoch(connection: Connection) -> None:
    (server,) = connection.execute(_SERVER).fetchone() or (0,)
    last = connection.execute(_LAST_EPOCH).fetchone()
    if last is not None and last[1] == server:
        return
    with connection.transaction():
        # A dump does not hold the roles, so that their rights were lost on the way.
        for statement in GRANTS if last is not None else ():
            connection.execute(statement.encode())
        connection.execute(_NEW_EPOCH, (1 if last is None else last[0] + 1, server))
