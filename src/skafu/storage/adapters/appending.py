"""What every engine does with an append before it writes: check, encode, give ids."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from skafu.kernel.event_types import EncodedEvent
from skafu.kernel.events import Cursor, Event
from skafu.kernel.identity import NewId, Origin, TenantId
from skafu.storage.codec import EventCodec, origin_bytes
from skafu.storage.event_store import Appended, Expected, ExpectedVersion, KeyReused, check_append

HIGHEST: Final = 2**62
"""A version that no stream reaches; engines need not know greater numbers."""


class Append(msgspec.Struct, frozen=True):
    """An append that is ready to be written; `expected` below 0 is one of `Expected`."""

    tenant: TenantId
    stream: str
    expected: int
    events: list[EncodedEvent]
    ids: list[UUID]
    meta: bytes
    key: str | None

    @property
    def wanted(self) -> ExpectedVersion:
        """The expected version as the caller gave it."""
        return self.expected if self.expected >= 0 else Expected(self.expected)


async def prepared(
    codec: EventCodec,
    new_id: NewId,
    tenant: TenantId,
    stream: str,
    events: Sequence[Event],
    expected: ExpectedVersion,
    origin: Origin,
    key: str | None,
) -> Append:
    """Check and encode an append.

    Raises:
        Invalid: no store may take it.
        UnknownEvent: the type of an event is not registered.
    """
    check_append(tenant, stream, events, expected, key)
    encoded = await codec.encode(tenant, events)
    code = expected.value if isinstance(expected, Expected) else min(expected, HIGHEST)
    return Append(tenant, stream, code, encoded, [new_id() for _ in encoded], origin_bytes(origin), key)


def fits(expected: int, actual: int) -> bool:
    """Whether a stream at a version is as an append expects it."""
    if expected == Expected.STREAM_EXISTS.value:
        return actual > 0
    return expected in (actual, Expected.ANY.value)


def first_result(append: Append, stream: str, version: int, position: Cursor) -> Appended:
    """The answer to an append whose key is known.

    Raises:
        KeyReused: the key belongs to a command on another stream.
    """
    if stream != append.stream:
        raise KeyReused(append.key or "", append.stream, stream)
    return Appended(stream, version, position, repeated=True)
