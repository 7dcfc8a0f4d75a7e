"""Events, results of commands, documents with their indexes, and checkpoints.

The engines differ where they must. SQLite writes one transaction after the other, so that a number in order of commit
is the position. PostgreSQL writes many at once: there, a place in the order is the transaction's id and the position
within the transaction, with the epoch in front, which grows when a database moves to a server that counts its
transactions anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from skafu.storage.adapters.sql.rights import GRANTS

revision = "0001"
down_revision = None


class TransactionId(sa.types.UserDefinedType[str]):
    """PostgreSQL's `xid8`: never wraps, and sorts as a number."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The name of the type."""
        return "xid8"


def upgrade() -> None:
    """Create everything."""
    postgres = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if postgres else sa.Text()
    moment = sa.DateTime(timezone=True) if postgres else sa.Integer()
    if postgres:
        _postgres_events(text)
    else:
        _sqlite_events(text)
    _results(text)
    _documents(text)
    _checkpoints(text, moment)
    if postgres:
        for statement in GRANTS:
            op.execute(statement)


def _event(text: sa.Text, identifier: sa.types.TypeEngine[Any], moment: sa.types.TypeEngine[Any]) -> list[Any]:
    return [
        sa.Column("tenant", text, sa.CheckConstraint("tenant <> ''"), nullable=False),
        sa.Column("stream", text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("id", identifier, nullable=False),
        sa.Column("type", text, nullable=False),
        sa.Column("schema", sa.SmallInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("meta", sa.LargeBinary, nullable=False),
        sa.Column("at", moment, nullable=False),
    ]


def _sqlite_events(text: sa.Text) -> None:
    op.create_table(
        "events",
        sa.Column("position", sa.Integer, primary_key=True),
        *_event(text, sa.LargeBinary(), sa.Integer()),
        sa.UniqueConstraint("tenant", "stream", "version"),
    )


def _postgres_events(text: sa.Text) -> None:
    op.create_table(
        "events",
        sa.Column("epoch", sa.SmallInteger, nullable=False),
        sa.Column("xid", TransactionId(), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        *_event(text, sa.Uuid(), sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "stream", "version", name="events_stream"),
    )
    op.create_index("events_position", "events", ["epoch", "xid", "position"], unique=True)
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("server", sa.BigInteger, nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
    )


def _results(text: sa.Text) -> None:
    op.create_table(
        "command_results",
        sa.Column("tenant", text, nullable=False),
        sa.Column("key", text, nullable=False),
        sa.Column("stream", text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("position", text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", name="command_results_key"),
        sqlite_with_rowid=False,
    )


def _documents(text: sa.Text) -> None:
    op.create_table(
        "collections",
        sa.Column("name", text, primary_key=True),
        sa.Column("physical", text, nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("tenant", text, sa.CheckConstraint("tenant <> ''"), primary_key=True),
        sa.Column("collection", text, primary_key=True),
        sa.Column("key", text, primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
    )
    op.create_index("documents_collection", "documents", ["collection"])
    op.create_table(
        "document_entries",
        sa.Column("tenant", text, primary_key=True),
        sa.Column("collection", text, primary_key=True),
        sa.Column("index_name", text, primary_key=True),
        sa.Column("place", sa.LargeBinary, primary_key=True),
        sa.Column("key", text, nullable=False),
        sqlite_with_rowid=False,
    )


def _checkpoints(text: sa.Text, moment: sa.types.TypeEngine[Any]) -> None:
    op.create_table(
        "checkpoints",
        sa.Column("projection", text, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cursor", text, nullable=False),
        sa.Column("owner", text, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("until", moment, nullable=False),
    )
