"""The list of processes: a document for each, so that what has failed is seen."""

from typing import Final

from skafu.processes.course import events as e
from skafu.processes.course.advice import BEGIN_AGAIN, WAIT, WAIT_FOR_ROOM
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded

PROCESSES: Final = Collection(
    "processes",
    indexes=(
        ("updated_at",),
        ("state", "updated_at"),
        ("kind", "updated_at"),
        ("kind", "state", "updated_at"),
    ),
)


def _keys_of(recorded: Recorded) -> tuple[str, ...]:
    event = recorded.event
    return (f"{event.kind} {event.project_id}",) if isinstance(event, e.ProcessEvent) else ()


def _fold(body: Body | None, recorded: Recorded) -> Body | None:
    event = recorded.event
    at = recorded.recorded_at.isoformat(timespec="milliseconds")
    if isinstance(event, e.ProcessBegun):
        return {
            "project_id": event.project_id,
            "kind": event.kind,
            "name": event.known.name,
            "state": "running",
            "step": event.steps[0],
            "reason": "",
            "next_action": "",
            "left": "",
            "begun_at": at,
            "updated_at": at,
        }
    return None if body is None else {**body, **_changes(event), "updated_at": at}


def _changes(event: object) -> dict[str, object]:
    match event:
        case e.ProcessStepStarted():
            return {"state": "running", "step": event.step, "reason": "", "next_action": "", "left": ""}
        case e.ProcessStepFailed():
            failed = {"reason": event.reason, "next_action": event.next_action, "left": event.left}
            return {"state": "failed", "step": event.step, **failed}
        case e.ProcessStepDelayed():
            return {"reason": event.reason, "next_action": WAIT}
        case e.ProcessStepHeld():
            return {"reason": event.reason, "next_action": WAIT_FOR_ROOM}
        case e.ProcessFinished():
            return {"state": "finished", "reason": "", "next_action": ""}
        case e.ProcessCancelled():
            return {"state": "cancelled", "reason": event.reason, "next_action": BEGIN_AGAIN}
        case e.ProcessUndone(kept=True):
            return {"left": f"the repository {event.address} was kept: {event.reason}"}
        case e.ProcessUndone():
            return {"left": ""}
        case _:
            return {}


PROCESS_LIST: Final = Projection("processes", PROCESSES, _keys_of, _fold)

PROJECTIONS: Final = (PROCESS_LIST,)
