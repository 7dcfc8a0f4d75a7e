"""The list of runs: a document for each, without its steps."""

from typing import Final

from skafu.contexts.project.application.listing import Row, moment
from skafu.contexts.project.domain import run_events as e
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded

RUNS: Final = Collection(
    "runs",
    indexes=(
        ("requested_at",),
        ("state", "requested_at"),
        ("kind", "requested_at"),
        ("kind", "state", "requested_at"),
        ("project_id", "requested_at"),
        ("project_id", "state", "requested_at"),
        ("project_id", "kind", "requested_at"),
        ("project_id", "kind", "state", "requested_at"),
    ),
)


def _keys_of(event: Recorded) -> tuple[str, ...]:
    """Steps are of no concern: they come often, and the run itself tells them."""
    concerns = isinstance(event.event, e.RunEvent) and not isinstance(event.event, e.RunProgressed)
    return (event.event.run_id,) if concerns and isinstance(event.event, e.RunEvent) else ()


def _fold(body: Body | None, recorded: Recorded) -> Body | None:
    event, at = recorded.event, moment(recorded.recorded_at)
    if not isinstance(event, e.RunEvent):
        return body
    row: Row = dict(body) if body is not None else _requested(event, recorded, at)
    return {**row, **_changes(event, at)}


def _requested(event: e.RunEvent, recorded: Recorded, at: str) -> Row:
    return {
        "id": event.run_id,
        "project_id": event.project_id,
        "kind": event.kind,
        "revision": event.revision,
        "state": "queued",
        "verdict": "",
        "failed": [],
        "reason": "",
        "attempt": 0,
        "seconds": 0.0,
        "requested_at": at,
        "requested_by": recorded.actor.id,
        "started_at": None,
        "ended_at": None,
    }


def _changes(event: e.RunEvent, at: str) -> Row:
    match event:
        case e.RunStarted():
            return {"state": "running", "attempt": event.attempt, "started_at": at}
        case e.RunFinished():
            return {
                "state": "finished",
                "verdict": event.verdict,
                "failed": list(event.failed),
                "seconds": event.seconds,
                "ended_at": at,
            }
        case e.RunFailed():
            return {"state": "failed", "reason": event.reason, "ended_at": at}
        case e.RunCancelled():
            return {"state": "cancelled", "reason": event.reason, "ended_at": at}
        case _:
            return {}


RUN_LIST: Final = Projection("runs", RUNS, _keys_of, _fold)
