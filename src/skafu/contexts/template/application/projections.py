"""The read models of the template context: templates, and what projects have selected."""

from typing import Any, Final, assert_never

from skafu.contexts.template.domain import events as e
from skafu.contexts.template.domain.template import Events as OfTemplates
from skafu.storage import Body, Collection
from skafu.storage.projections import Projection, Recorded

BY_NAME: Final = ("name",)
BY_CHANGE: Final = ("changed_at",)
TEMPLATE_LIST: Final = Collection(
    "templates",
    (
        ("deleted", *BY_NAME),
        ("deleted", *BY_CHANGE),
        ("deleted", "status", *BY_NAME),
        ("deleted", "status", *BY_CHANGE),
    ),
)
SELECTION_LIST: Final = Collection("template_selections", (("project_id",), ("template_id", "project_id")))

Row = dict[str, Any]
NEW: Final[Row] = {
    "status": "uploaded",
    "version": 0,
    "usable_version": 0,
    "deprecated": None,
    "deleted": False,
    "format": "",
}


def _template_keys(recorded: Recorded) -> list[str]:
    return [recorded.event.template_id] if isinstance(recorded.event, OfTemplates) else []


def _template(body: Body | None, recorded: Recorded) -> Body | None:
    moment = recorded.recorded_at.isoformat()
    row: Row = {**NEW, "created_at": moment, **(body or {}), "changed_at": moment}
    return {**row, **_changes(recorded.event, row)} if isinstance(recorded.event, OfTemplates) else body


def _changes(event: OfTemplates, row: Row) -> Row:
    match event:
        case e.TemplateUploaded(name=name, version=version):
            return {"name": name, "version": version, "status": "uploaded"}
        case e.TemplateFetchRequested(name=name):
            return {"name": name, **({} if row["version"] else {"status": "fetching"})}
        case e.TemplateFetched():
            return {}
        case e.TemplateFetchFailed():
            return {} if row["version"] else {"status": "failed"}
        case e.TemplateValidated(version=version, format=format_):
            newest = {"status": "valid"} if version == row["version"] else {}
            return {"usable_version": max(version, row["usable_version"]), "format": format_, **newest}
        case e.TemplateInvalidated(version=version):
            return {"status": "invalid"} if version == row["version"] else {}
        case e.TemplateDeprecated(reason=reason, successor=successor):
            return {"deprecated": {"reason": reason, "successor": successor}}
        case e.TemplateDeleted():
            return {"deleted": True}
        case _:
            assert_never(event)


def _selection_keys(recorded: Recorded) -> list[str]:
    return [recorded.event.project_id] if isinstance(recorded.event, e.TemplateSelected) else []


def _selection(body: Body | None, recorded: Recorded) -> Body | None:
    if not isinstance(recorded.event, e.TemplateSelected):
        return body
    event = recorded.event
    return {
        "project_id": event.project_id,
        "template_id": event.template_id,
        "version": event.version,
        "selected_at": recorded.recorded_at.isoformat(),
    }


PROJECTIONS: Final = (
    Projection("template.templates", TEMPLATE_LIST, _template_keys, _template),
    Projection("template.selections", SELECTION_LIST, _selection_keys, _selection),
)
