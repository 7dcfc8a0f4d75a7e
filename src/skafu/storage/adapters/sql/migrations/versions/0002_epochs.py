"""Epochs in SQLite: where the order over all events began anew after a restore. PostgreSQL has had them all along.

There are none yet: cursors and checkpoints that stand in the file stay what they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create what is missing."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "epochs",
        sa.Column("after", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.Integer, nullable=False),
    )
