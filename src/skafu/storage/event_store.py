"""The port of the event store: one stream per aggregate, appended under an expected version."""

from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

import msgspec

from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.events import Cursor, Event, RecordedEvent
from skafu.kernel.identity import Origin, TenantId, checked_name


class Expected(Enum):
    """What must be true of a stream, where no exact version is asked for."""

    STREAM_EXISTS = -1
    ANY = -2


NO_STREAM: Final = 0
STREAM_EXISTS: Final = Expected.STREAM_EXISTS
ANY: Final = Expected.ANY

ExpectedVersion = int | Expected
"""The version of the last event that the writer has seen (`NO_STREAM` before the first), or what else must be true."""


class WrongVersion(Conflict):
    """Somebody else wrote to the stream first."""

    def __init__(self, stream: str, expected: ExpectedVersion, actual: int) -> None:
        """Say what was expected and what is there."""
        wanted = expected.name if isinstance(expected, Expected) else f"version {expected}"
        super().__init__(
            f"stream {stream!r} is at version {actual}, not {wanted}", fix="read the stream again and decide anew"
        )
        self.stream = stream
        self.expected = expected
        self.actual = actual


class KeyReused(Conflict):
    """The key of a command came again, for another stream."""

    def __init__(self, key: str, stream: str, first: str) -> None:
        """Say where the key was first used."""
        super().__init__(
            f"key {key!r} was used for stream {first!r} and cannot be used for {stream!r}",
            fix="make a new key for each command",
        )


class Appended(msgspec.Struct, frozen=True):
    """What became of an append.

    Attributes:
        stream: the stream that was written to.
        version: of the last event that was written.
        position: of the last event that was written.
        repeated: the key was known, nothing was written, and this is the first result.
    """

    stream: str
    version: int
    position: Cursor
    repeated: bool = False


class EventStore(Protocol):
    """Streams of events. Each call stays within one tenant."""

    async def append(
        self,
        tenant: TenantId,
        stream: str,
        events: Sequence[Event],
        *,
        expected: ExpectedVersion,
        origin: Origin,
        key: str | None = None,
    ) -> Appended:
        """Write events to the end of a stream: all of them or none.

        When it returns, the events are on the disk. When it is cancelled or fails as Unavailable, they may have been
        written: with a key, the same call can be repeated.

        Args:
            tenant: whose stream it is.
            stream: its name, unique within the tenant.
            events: one or more.
            expected: what the writer believes of the stream.
            origin: who wants it, and what led to it.
            key: makes the command safe to repeat: a later append with the same key, in the same tenant and stream,
                writes nothing and returns the first result.

        Raises:
            WrongVersion: the stream is not as expected.
            KeyReused: the key belongs to a command on another stream.
            Invalid: there is no event, or a name is not usable.
            UnknownEvent: the type of an event is not registered.
            Unavailable: the engine does not answer.
        """

    async def read_stream(
        self, tenant: TenantId, stream: str, *, from_version: int = 1, limit: int | None = None
    ) -> list[RecordedEvent[Event]]:
        """The events of a stream in order; none when there is no such stream.

        Raises:
            UnknownEvent: an event was written by a newer version of the program.
            UnreadableEvent: the fields of an event do not fit its type.
            Unavailable: the engine does not answer.
        """

    async def first_result(self, tenant: TenantId, key: str) -> Appended | None:
        """What the append with this key led to, if there was one: asked before a repeated command is decided."""


def check_append(
    tenant: TenantId, stream: str, events: Sequence[Event], expected: ExpectedVersion, key: str | None
) -> None:
    """Refuse what no store may take.

    Raises:
        Invalid: there is no event, the expected version is below 0, or a name is not usable.
    """
    checked_name(tenant, "the id of a tenant")
    checked_name(stream, "the name of a stream")
    if key is not None:
        checked_name(key, "the key of a command")
    if not events:
        raise Invalid(f"there is nothing to append to stream {stream!r}", fix="append one event or more")
    if isinstance(expected, int) and expected < 0:
        raise Invalid(f"no stream has version {expected}", fix="expect 0 or more, NO_STREAM, STREAM_EXISTS or ANY")
