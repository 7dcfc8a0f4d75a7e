"""The one place that reads the clock and makes ids."""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def stopwatch() -> Callable[[], float]:
    """Start to measure; what comes back gives the milliseconds since then."""
    started = time.perf_counter()
    return lambda: (time.perf_counter() - started) * 1000


def new_id() -> str:
    """A UUIDv7: ids that are made later sort later (RFC 9562)."""
    stamp = int(time.time() * 1000).to_bytes(6, "big")
    raw = bytearray(stamp + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def id_from(aggregate: str, *key: Any) -> str:
    """The same id for the same key: a UUIDv5 of the aggregate's name and the values as JSON."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{aggregate}:{msgspec.json.encode(key).decode()}"))
