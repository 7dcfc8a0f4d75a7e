"""How a command reaches its aggregate: load, decide, append; who comes second decides anew."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Generic, TypeVar, cast

import msgspec

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.errors import SkafuError
from skafu.kernel.events import Command, Event, RecordedEvent
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.event_store import Appended, EventStore, KeyReused, WrongVersion

C = TypeVar("C", bound=Command)
S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
E = TypeVar("E", bound=Event)

ATTEMPTS: Final = 10
"""How often a command is decided while others write to the same stream."""


class Outcome(msgspec.Struct, Generic[S_co], frozen=True):
    """What became of a command.

    Attributes:
        stream: the aggregate.
        version: of its last event after the command; 0 when it has none.
        state: the aggregate after the command.
        events: what the command led to; none when there was nothing to do, or when it was repeated.
        appended: where they stand; none when there was nothing to do.
    """

    stream: str
    version: int
    state: S_co
    events: tuple[Event, ...] = ()
    appended: Appended | None = None

    @property
    def repeated(self) -> bool:
        """Whether the command had taken effect before."""
        return self.appended is not None and self.appended.repeated


async def decided(
    store: EventStore,
    decider: Decider[C, S, E],
    tenant: TenantId,
    stream: str,
    command: C,
    *,
    origin: Origin,
    key: str | None = None,
    if_version: int | None = None,
) -> Outcome[S]:
    """Let a command take effect on the aggregate of a stream.

    Args:
        store: where the stream is.
        decider: the aggregate; its events are all that stands in the stream.
        tenant: whose stream it is.
        stream: its name.
        command: what somebody wants.
        origin: who wants it, and what led to it.
        key: makes the command safe to repeat: nothing is decided again, the first result is returned.
        if_version: what the stream must be at; any version when it is left out.

    Raises:
        SkafuError: a rule says no.
        WrongVersion: the stream is at another version than asked for, or others were faster, ten times in a row.
        KeyReused: the key belongs to a command on another stream.
    """
    once = partial(_once, store, decider, tenant, stream, command, origin, key, if_version)
    for _ in range(ATTEMPTS - 1):
        with suppress(_Overtaken):
            return await _unless_repeated(store, decider, tenant, stream, key, once)
    try:
        return await _unless_repeated(store, decider, tenant, stream, key, once)
    except _Overtaken as error:
        raise WrongVersion(stream, error.expected, error.actual) from error


async def _unless_repeated(
    store: EventStore,
    decider: Decider[C, S, E],
    tenant: TenantId,
    stream: str,
    key: str | None,
    once: Callable[[], Awaitable[Outcome[S]]],
) -> Outcome[S]:
    """The first result of a key, or what comes of deciding.

    The store finds a known key when it appends. So it is asked for only when nothing is appended: a rule says no, or
    there is nothing to do, and that the same command has taken effect before may be the reason.
    """
    try:
        outcome = await once()
    except _Overtaken:
        raise
    except SkafuError:
        first = await store.first_result(tenant, key) if key is not None else None
        if first is None:
            raise
    else:
        if outcome.appended is not None or key is None:
            return outcome
        first = await store.first_result(tenant, key)
        if first is None:
            return outcome
    return await _repeated(store, decider, tenant, stream, key or "", first)


class _Overtaken(WrongVersion):
    """Others wrote to the stream between reading and appending."""


async def _once(
    store: EventStore,
    decider: Decider[C, S, E],
    tenant: TenantId,
    stream: str,
    command: C,
    origin: Origin,
    key: str | None,
    if_version: int | None,
) -> Outcome[S]:
    recorded = await store.read_stream(tenant, stream)
    version = len(recorded)
    if if_version is not None and version != if_version:
        raise WrongVersion(stream, if_version, version)
    state = _folded(decider, recorded)
    events = tuple(decider.decide(command, state))
    if not events:
        return Outcome(stream, version, state)
    try:
        appended = await store.append(tenant, stream, events, expected=version, origin=origin, key=key)
    except WrongVersion as error:
        raise _Overtaken(stream, error.expected, error.actual) from error
    if appended.repeated:
        return await _repeated(store, decider, tenant, stream, key or "", appended)
    return Outcome(stream, appended.version, fold(decider, events, state), events, appended)


async def handle(
    store: EventStore,
    decider: Decider[C, S, E],
    tenant: TenantId,
    stream: str,
    command: C,
    *,
    origin: Origin,
    key: str | None = None,
) -> Appended | None:
    """Do what `decided` does, for those who only ask what was appended.

    Returns:
        What was appended; none when there was nothing to do.

    Raises:
        SkafuError: a rule says no.
        WrongVersion: others were faster, ten times in a row.
    """
    return (await decided(store, decider, tenant, stream, command, origin=origin, key=key)).appended


async def _repeated(
    store: EventStore, decider: Decider[C, S, E], tenant: TenantId, stream: str, key: str, first: Appended
) -> Outcome[S]:
    """The aggregate as it stood when the command took effect for the first time."""
    if first.stream != stream:
        raise KeyReused(key, stream, first.stream)
    recorded = await store.read_stream(tenant, stream, limit=first.version)
    return Outcome(stream, first.version, _folded(decider, recorded), (), msgspec.structs.replace(first, repeated=True))


def _folded(decider: Decider[C, S, E], recorded: Sequence[RecordedEvent[Event]]) -> S:
    return fold(decider, (cast("E", each.event) for each in recorded))
