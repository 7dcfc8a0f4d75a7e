"""Fills `ErrorBus`: every failure becomes an event, in its tenant's stream of the day; a flood is counted, not kept."""

import asyncio
import logging
from collections import OrderedDict
from typing import Final
from uuid import UUID

import msgspec

from skafu.contexts.observability.domain.events import ErrorOccurred
from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.identity import Actor, Origin
from skafu.storage.event_store import ANY, EventStore

A_MINUTE: Final = 30
"""Errors of one kind and tenant that are kept each minute; more are counted in the next one that is kept."""
MOST_KINDS: Final = 10_000
LONGEST: Final = 2_000
LONGEST_STACK: Final = 8_000
NOT_LONGER: Final = 2.0
"""Seconds that an answer may wait for its error to be on record: a store that is away takes longer."""
NO_CAUSE: Final = UUID(int=0)
_log = logging.getLogger("skafu.errors")


class Flood(msgspec.Struct):
    """How often an error has come in a minute, and how many were not kept."""

    minute: str
    came: int = 0
    left_out: int = 0


class StoredErrors:
    """One for each process."""

    def __init__(self, events: EventStore) -> None:
        """Write to this store."""
        self._events = events
        self._floods: OrderedDict[tuple[str, str, str], Flood] = OrderedDict()

    async def report(self, error: ErrorReport, /) -> None:
        """Put a failure on record, and log it. What goes wrong meanwhile is only logged."""
        level = logging.WARNING if error.severity == "WARNING" else logging.ERROR
        extra = {"code": error.code, "correlation_id": str(error.correlation_id), "source": error.source}
        _log.log(level, "%s", error.message, extra=extra)
        left_out = self._let_in(error)
        if left_out is None:
            return
        origin = Origin(Actor("system", error.source), error.correlation_id, NO_CAUSE)
        stream = f"errors-{error.at:%Y-%m-%d}"
        try:
            async with asyncio.timeout(NOT_LONGER):
                await self._events.append(error.tenant, stream, [_event(error, left_out)], expected=ANY, origin=origin)
        except Exception:  # noqa: BLE001 who reports an error must not meet another
            _log.exception("an error could not be put on record")

    def _let_in(self, error: ErrorReport) -> int | None:
        """How many of its kind were left out before it; none when it is left out itself."""
        kind, minute = (error.tenant, error.source, error.code), f"{error.at:%Y-%m-%d %H:%M}"
        flood = self._floods.pop(kind, None) or Flood(minute)
        if flood.minute != minute:
            flood.minute, flood.came = minute, 0
        flood.came += 1
        self._floods[kind] = flood
        if len(self._floods) > MOST_KINDS:
            self._floods.popitem(last=False)
        if flood.came > A_MINUTE:
            flood.left_out += 1
            return None
        left_out, flood.left_out = flood.left_out, 0
        return left_out


def _event(error: ErrorReport, left_out: int) -> ErrorOccurred:
    context = {name: value[:LONGEST] for name, value in list(error.context.items())[:20]}
    return ErrorOccurred(
        error.source,
        error.severity,
        error.code,
        error.message[:LONGEST],
        context,
        error.stack[-LONGEST_STACK:],
        error.can_retry,
        error.at,
        left_out,
    )
