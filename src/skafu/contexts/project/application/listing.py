"""The list of projects: a document for each, without its texts."""

from datetime import datetime
from typing import Final

from skafu.contexts.project.domain import events as e
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded

PROJECTS: Final = Collection(
    "projects",
    indexes=(
        ("name",),
        ("created_at",),
        ("updated_at",),
        ("status", "name"),
        ("status", "created_at"),
        ("status", "updated_at"),
        ("standing", "name"),
        ("standing", "created_at"),
        ("standing", "updated_at"),
        ("status", "standing", "name"),
        ("status", "standing", "created_at"),
        ("status", "standing", "updated_at"),
    ),
)

SUMMARY: Final = 300
"""How much of a description stands in a list."""

Row = dict[str, object]


def _keys_of(event: Recorded) -> tuple[str, ...]:
    return (event.event.project_id,) if isinstance(event.event, e.ProjectEvent) else ()


def _fold(body: Body | None, recorded: Recorded) -> Body | None:
    event, at = recorded.event, moment(recorded.recorded_at)
    if isinstance(event, e.ProjectCreated):
        return _created(event, recorded, at)
    if body is None or isinstance(event, e.ProjectDeleted):
        return None
    row = {**body, **_changes(event, body), "updated_at": at, "version": recorded.version}
    return {**row, "standing": _standing(row)}


def moment(at: datetime) -> str:
    """A moment as documents hold it: texts that sort as moments do."""
    return at.isoformat(timespec="milliseconds")


def _created(event: e.ProjectCreated, recorded: Recorded, at: str) -> Row:
    return {
        "id": event.project_id,
        "name": event.name,
        "title": event.title,
        "summary": event.description[:SUMMARY],
        "status": "active",
        "standing": "nothing",
        "revision": 0,
        "errors": 0,
        "template": "system",
        "tree": "",
        "verdict": {},
        "run": "",
        "repository": "",
        "address": "",
        "configured": False,
        "environments": {},
        "created_at": at,
        "created_by": recorded.actor.id,
        "updated_at": at,
        "version": recorded.version,
    }


def _changes(event: object, body: Body) -> Row:  # noqa: C901 a table of events
    match event:
        case e.ProjectDescribed():
            return {"title": event.title, "summary": event.description[:SUMMARY]}
        case e.BlueprintRevised():
            return {"revision": event.number, "errors": event.errors}
        case e.TemplateSelected():
            return {"template": event.template}
        case e.GenerationRequested() | e.ProofRequested():
            return {"run": event.run_id}
        case e.ProjectGenerated():
            return {"tree": event.tree, "run": ""}
        case e.GenerationFailed() | e.ProjectNotProven(cancelled=True):
            return {"run": ""}
        case e.ProjectProven():
            return {"run": "", "verdict": {"tree": event.tree, "says": "proven"}}
        case e.ProjectNotProven():
            return {"run": "", "verdict": {"tree": event.tree, "says": "not_proven"}}
        case e.ProofOverridden():
            return {"verdict": {"tree": event.tree, "says": "overridden"}}
        case e.ProjectPublished():
            return {"repository": event.repository, "address": event.address}
        case e.ProjectConfigured():
            return {"configured": True}
        case e.ProjectArchived():
            return {"status": "archived"}
        case e.ProjectRestored():
            return {"status": "active"}
        case e.DeploymentStarted() | e.ProjectDeployed() | e.DeploymentFailed():
            environments = body["environments"]
            known = environments if isinstance(environments, dict) else {}
            return {"environments": {**known, event.environment: _DEPLOYMENTS[type(event)]}}
        case _:
            return {}


_DEPLOYMENTS: Final[dict[type[e.ProjectEvent], str]] = {
    e.DeploymentStarted: "started",
    e.ProjectDeployed: "deployed",
    e.DeploymentFailed: "failed",
}


def _standing(row: Row) -> str:
    """What may be said of the newest files; as `Project.standing` says it."""
    verdict = row["verdict"]
    if not row["tree"]:
        return "nothing"
    if not isinstance(verdict, dict) or verdict.get("tree") != row["tree"]:
        return "unproven"
    return str(verdict["says"])


PROJECT_LIST: Final = Projection("projects", PROJECTS, _keys_of, _fold)
