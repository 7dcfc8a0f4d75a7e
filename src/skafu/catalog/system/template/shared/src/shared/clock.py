"""The one place that reads the clock and makes ids."""

import hashlib
import os
import time
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A UUIDv7: ids that are made later sort later (RFC 9562)."""
    stamp = int(time.time() * 1000).to_bytes(6, "big")
    return _uuid(stamp + os.urandom(10), 7)


def id_from(*parts: str) -> str:
    """The same id for the same parts, for aggregates with a natural key."""
    return _uuid(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16], 8)


def _uuid(content: bytes, version: int) -> str:
    raw = bytearray(content)
    raw[6] = (raw[6] & 0x0F) | version << 4
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))
