"""The clock and the ids of the machine."""

from datetime import UTC, datetime
from uuid import UUID, uuid4


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A random id."""
    return uuid4()
