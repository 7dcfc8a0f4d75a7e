"""What led to what: for each request, the events that followed from it, so that causes can be followed back."""

from typing import Any, Final

import msgspec

from skafu.contexts.project.domain.run_events import RunProgressed
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded

CAUSES: Final = Collection("causes")
MOST: Final = 300
"""Events that are remembered of one request; what it leads to after that has no cause on record here."""


class Cause(msgspec.Struct, frozen=True):
    """An event that others followed from.

    Attributes:
        event_id: its id.
        type: what happened, in one word.
        stream: to what.
        causation_id: the event or command that led to it.
        by: who wanted it.
    """

    event_id: str
    type: str
    stream: str
    causation_id: str
    by: str


def _keys_of(event: Recorded) -> tuple[str, ...]:
    return () if isinstance(event.event, RunProgressed) else (str(event.correlation_id),)


def _fold(body: Body | None, event: Recorded) -> Body | None:
    known: list[Any] = list(body["events"]) if body is not None else []  # type: ignore[call-overload]  # JSON
    if len(known) >= MOST:
        return body
    cause = Cause(
        str(event.event_id),
        type(event.event).__name__,
        event.stream,
        str(event.causation_id),
        f"{event.actor.kind} {event.actor.id}",
    )
    return {"events": [*known, msgspec.to_builtins(cause)]}


def chain_of(body: Body | None, causation_id: str) -> tuple[Cause, ...]:
    """The causes of an event, the nearest first, back to the request.

    Args:
        body: the document of its correlation.
        causation_id: what led to it directly.
    """
    known = {each.event_id: each for each in msgspec.convert((body or {"events": []})["events"], list[Cause])}
    found: list[Cause] = []
    while (cause := known.pop(causation_id, None)) is not None:
        found.append(cause)
        causation_id = cause.causation_id
    return tuple(found)


CAUSE_LIST: Final = Projection("causes", CAUSES, _keys_of, _fold)
