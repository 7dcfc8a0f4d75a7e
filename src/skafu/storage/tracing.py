"""The spans of the store: where it says what it is doing."""

from contextlib import AbstractContextManager
from typing import Final

from skafu.kernel.events import Cursor, Event, RecordedEvent
from skafu.kernel.identity import Origin, TenantId
from skafu.kernel.telemetry import NOBODY, Attributes, Tracer

APPEND: Final = "store.append"
READ_STREAM: Final = "store.read_stream"
FEED_PAGE: Final = "store.feed_page"
PROJECTION_PAGE: Final = "store.projection_page"
EVENT: Final = "store.event"
COMMAND: Final = "command"
WORK: Final = "work"

Span = AbstractContextManager[object]


def appending(tracer: Tracer, tenant: TenantId, stream: str, events: int, origin: Origin) -> Span:
    """Around an append, from the check to the commit."""
    known: Attributes = {"tenant": tenant, "stream": stream, "events": events, "correlation_id": origin.correlation_id}
    return tracer.span(APPEND, known)


def reading_stream(tracer: Tracer, tenant: TenantId, stream: str, from_version: int) -> Span:
    """Around the load of a stream, decoding included."""
    return tracer.span(READ_STREAM, {"tenant": tenant, "stream": stream, "from_version": from_version})


def reading_page(tracer: Tracer, after: Cursor, limit: int) -> Span:
    """Around the read of a page of the feed, decoding included; not around the wait for it."""
    return tracer.span(FEED_PAGE, {"after": after, "limit": limit})


def handling_page(tracer: Tracer, follower: str, shard: int, events: int) -> Span:
    """Around the fold of a page and the write of its documents and checkpoint."""
    return tracer.span(PROJECTION_PAGE, {"follower": follower, "shard": shard, "events": events})


def handling_event(tracer: Tracer, follower: str, event: RecordedEvent[Event]) -> Span:
    """Around one attempt at one event: a reaction, or a projection that has failed with the whole page."""
    if tracer is NOBODY:  # ids are read from the row for those who listen alone
        return tracer.span(EVENT, {})
    known: Attributes = {"follower": follower, "tenant": event.tenant, "correlation_id": event.correlation_id}
    return tracer.span(EVENT, {**known, "causation_id": event.event_id})


def commanding(tracer: Tracer, tenant: TenantId, stream: str, command: str, origin: Origin) -> Span:
    """A command takes effect."""
    known: Attributes = {"tenant": tenant, "stream": stream, "command": command}
    known = {**known, "correlation_id": origin.correlation_id}
    return tracer.span(COMMAND, {**known, "causation_id": origin.causation_id})


def working(tracer: Tracer, kind: str, attempt: int, event: RecordedEvent[Event]) -> Span:
    """A piece of work is done."""
    known: Attributes = {"kind": kind, "attempt": attempt, "tenant": event.tenant}
    known = {**known, "correlation_id": event.correlation_id}
    return tracer.span(WORK, {**known, "causation_id": event.event_id})
