"""How a command reaches its aggregate: load, decide, append; who comes second decides anew."""

from typing import Final, TypeVar, cast

from skafu.kernel.deciders import Decider, fold
from skafu.kernel.events import Command, Event
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.event_store import Appended, EventStore, WrongVersion

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)

ATTEMPTS: Final = 10
"""How often a command is decided while others write to the same stream."""


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
    """Let a command take effect on the aggregate of a stream.

    Args:
        store: where the stream is.
        decider: the aggregate; its events are all that stands in the stream.
        tenant: whose stream it is.
        stream: its name.
        command: what somebody wants.
        origin: who wants it, and what led to it.
        key: makes the command safe to repeat: nothing is decided again, the first result is returned.

    Returns:
        What was appended; none when there was nothing to do.

    Raises:
        SkafuError: a rule says no.
        WrongVersion: others were faster, ten times in a row.
    """
    attempt = 0
    while True:
        attempt += 1
        if key is not None and (first := await store.first_result(tenant, key)) is not None:
            return first
        recorded = await store.read_stream(tenant, stream)
        state = fold(decider, (cast("E", each.event) for each in recorded))
        events = decider.decide(command, state)
        if not events:
            return None
        try:
            return await store.append(tenant, stream, events, expected=len(recorded), origin=origin, key=key)
        except WrongVersion:
            if attempt == ATTEMPTS:
                raise
