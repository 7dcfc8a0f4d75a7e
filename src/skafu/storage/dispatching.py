"""The command bus: any command finds its aggregate."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.errors import Invalid
from skafu.kernel.events import Command, Event, RecordedEvent
from skafu.kernel.identity import Origin, TenantId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.event_store import EventStore
from skafu.storage.handling import Outcome, decided
from skafu.storage.tracing import commanding


class Aggregate(msgspec.Struct, frozen=True):
    """One kind of aggregate.

    Attributes:
        decider: its rules.
        handles: the commands that it takes.
        stream_of: the stream of the instance that a command is for.
    """

    decider: Decider[Any, Any, Any]
    handles: tuple[type[Command], ...]
    stream_of: Callable[[Any], str]


class Standing(msgspec.Struct, frozen=True):
    """An aggregate as it stands: its state, and the version of its last event, 0 when it has none."""

    state: Any
    version: int


class CommandBus:
    """Brings commands to their aggregates."""

    def __init__(self, events: EventStore, aggregates: Sequence[Aggregate], tracer: Tracer = NOBODY) -> None:
        """Know all aggregates.

        Raises:
            Invalid: two of them take the same command.
        """
        self._events = events
        self._tracer = tracer
        self._aggregates: dict[type[Command], Aggregate] = {}
        for aggregate in aggregates:
            for command in aggregate.handles:
                if command in self._aggregates:
                    raise Invalid(f"two aggregates take {command.__name__}", fix="let one of them take it")
                self._aggregates[command] = aggregate

    async def send(
        self,
        tenant: TenantId,
        command: Command,
        *,
        origin: Origin,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Outcome[Any]:
        """Let a command take effect.

        Args:
            tenant: whose aggregate it is.
            command: what somebody wants.
            origin: who wants it, and what led to it.
            key: makes the command safe to repeat.
            if_version: what the aggregate must be at.

        Raises:
            SkafuError: a rule says no.
            WrongVersion: the aggregate is at another version.
            KeyReused: the key belongs to a command on another aggregate.
            Invalid: no aggregate takes it.
        """
        aggregate = self._aggregates.get(type(command))
        if aggregate is None:
            raise Invalid(f"no aggregate takes {type(command).__name__}", fix="give its aggregate to the command bus")
        stream = aggregate.stream_of(command)
        with commanding(self._tracer, tenant, stream, type(command).__name__, origin):
            return await decided(
                self._events, aggregate.decider, tenant, stream, command, origin=origin, key=key, if_version=if_version
            )

    async def state(self, tenant: TenantId, aggregate: Aggregate, stream: str) -> Standing:
        """An aggregate as it stands now."""
        recorded: Sequence[RecordedEvent[Event]] = await self._events.read_stream(tenant, stream)
        state = fold(aggregate.decider, (each.event for each in recorded))
        return Standing(cast("Any", state), len(recorded))
