"""The read models of what happened: traces, log lines, errors, and who was active."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from skafu.contexts.observability.domain.events import ErrorOccurred, MetricCollected
from skafu.contexts.observability.ports import LogLine, Span, Trace
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Event
from skafu.storage import Body, Collection
from skafu.storage.projections import Fold, Projection, Recorded

TRACES: Final = Collection("traces", (("started",),))
LINES: Final = Collection("log lines", (("at",), ("level", "at"), ("source", "at"), ("correlation_id", "at")))
ERRORS: Final = Collection(
    "errors", (("timestamp",), ("severity", "timestamp"), ("code", "timestamp"), ("source", "timestamp"))
)
ERROR_CODES: Final = Collection("error codes", (("last",), ("count",)))
ACTIVE: Final = Collection("active people", (("last",),))
MOST_SPANS: Final = 500
LEVELS: Final[Mapping[str, str]] = {"WARNING": "WARN", "ERROR": "ERROR", "CRITICAL": "ERROR"}


def activity_projections(types: EventTypes) -> tuple[Projection, ...]:
    """The projections of what happened; `types` names the events of all contexts."""
    names = {each.event: each.name for each in types}
    return (
        Projection("traces", TRACES, _correlation, _trace(names)),
        Projection("log lines", LINES, _each, _line(names)),
        Projection("errors", ERRORS, _each_error, _error),
        Projection("error codes", ERROR_CODES, _code, _counted),
        Projection("active people", ACTIVE, _person, _seen),
    )


def moment_of(moment: datetime) -> str:
    """A moment as documents are sorted by it."""
    return moment.isoformat(timespec="microseconds")


def _is_told(event: Recorded) -> bool:
    """Numbers are no news."""
    return not isinstance(event.event, MetricCollected)


def _correlation(event: Recorded) -> list[str]:
    return [str(event.correlation_id)] if _is_told(event) else []


def _trace(names: Mapping[type[Event], str]) -> Fold:
    def fold(before: Body | None, event: Recorded) -> Body | None:
        name, at = names.get(type(event.event), "unknown"), event.recorded_at
        failed = isinstance(event.event, ErrorOccurred)
        span = Span(str(event.event_id), str(event.causation_id), name, event.stream, at, failed)
        if before is None:
            trace = Trace(str(event.correlation_id), name, at, at, int(failed), 1, (span,))
        else:
            known = msgspec.convert(before, Trace, strict=False)
            spans = (*known.spans, span) if len(known.spans) < MOST_SPANS else known.spans
            trace = msgspec.structs.replace(
                known,
                started=min(known.started, at),
                ended=max(known.ended, at),
                errors=known.errors + failed,
                steps=known.steps + 1,
                spans=spans,
            )
        return {**msgspec.to_builtins(trace), "started": moment_of(trace.started)}

    return fold


def _each(event: Recorded) -> list[str]:
    return [str(event.event_id)] if _is_told(event) else []


def _line(names: Mapping[type[Event], str]) -> Fold:
    def fold(_before: Body | None, event: Recorded) -> Body | None:
        name, said = names.get(type(event.event), "unknown"), event.event
        failed = said if isinstance(said, ErrorOccurred) else None
        line = LogLine(
            str(event.event_id),
            event.recorded_at,
            LEVELS[failed.severity] if failed else "INFO",
            failed.source if failed else name.partition(".")[0],
            f"{failed.code}: {failed.message}" if failed else name.partition(".")[2],
            str(event.correlation_id),
            event.stream,
            f"{event.actor.kind} {event.actor.id}",
        )
        return {**msgspec.to_builtins(line), "at": moment_of(line.at)}

    return fold


def _each_error(event: Recorded) -> list[str]:
    return [str(event.event_id)] if isinstance(event.event, ErrorOccurred) else []


def _error(_before: Body | None, event: Recorded) -> Body | None:
    """An error in the schema of the error bus, with what it is searched by beside it."""
    said = event.event
    if not isinstance(said, ErrorOccurred):
        return None
    return {
        "eventId": str(event.event_id),
        "correlationId": str(event.correlation_id),
        "timestamp": moment_of(said.at),
        "source": said.source,
        "eventType": "ErrorOccurred",
        "severity": said.severity,
        "code": said.code,
        "data": {
            "errorCode": said.code,
            "errorMessage": said.message,
            "context": said.context,
            "stackTrace": said.stack,
            "canRetry": said.can_retry,
        },
        "repeated": said.repeated,
    }


def _code(event: Recorded) -> list[str]:
    return [f"{event.event.source} {event.event.code}"] if isinstance(event.event, ErrorOccurred) else []


def _counted(before: Body | None, event: Recorded) -> Body | None:
    said = event.event
    if not isinstance(said, ErrorOccurred):
        return before
    known = before or {"count": 0, "first": moment_of(said.at)}
    return {
        "source": said.source,
        "code": said.code,
        "severity": said.severity,
        "message": said.message,
        "first": known["first"],
        "last": moment_of(said.at),
        "count": int(str(known["count"])) + 1 + said.repeated,
    }


def _person(event: Recorded) -> list[str]:
    return [event.actor.id] if event.actor.kind != "system" else []


def _seen(before: Body | None, event: Recorded) -> Body | None:
    known = before or {"first": moment_of(event.recorded_at), "changes": 0}
    return {
        "kind": event.actor.kind,
        "first": known["first"],
        "last": moment_of(event.recorded_at),
        "changes": int(str(known["changes"])) + 1,
    }
