"""Routes that say from which template a project is made."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from skafu.contexts.template.api.schemas import SelectBody, SelectedView, SelectionView
from skafu.contexts.template.api.views import selection_view
from skafu.contexts.template.application.aggregates import SELECTIONS, selection_stream
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.application.projections import SELECTION_LIST
from skafu.contexts.template.domain.commands import SelectTemplate
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import DeveloperCall, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages

ProjectPath = Annotated[str, Path(max_length=100, description="The project.")]


def selecting_routes(router: APIRouter, library: Library) -> None:
    """Add the routes."""
    _selecting(router, library)
    _looking(router, library.ledger)


def _selecting(router: APIRouter, library: Library) -> None:
    @router.post(
        "/templates/{template_id}/select",
        status_code=202,
        response_model=Answer[SelectionView],
        responses=errors_documented(404),
        summary="Let a project be made from a template",
        operation_id="select_for_project",
    )
    async def select_for_project(template_id: UUID, body: SelectBody, call: DeveloperCall) -> Response:
        """What cannot be used is refused at once."""
        number = await library.check_usable(call.tenant, str(template_id), body.version)
        command = SelectTemplate(body.project_id, str(template_id), number)
        outcome = await library.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        place = f"/api/v1/templates/selections/{body.project_id}"
        view = selection_view(body.project_id, outcome.state)
        return answer(call, view, status=202, version=outcome.version, location=place)


def _looking(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/templates/selections/{project_id}",
        response_model=Answer[SelectionView],
        responses=errors_documented(404),
        summary="From which template a project is made",
        operation_id="get_selection",
    )
    async def get_selection(project_id: ProjectPath, call: ViewerCall) -> Response:
        """Selected, refused with the reason, or not answered yet."""
        standing = await ledger.commands.state(call.tenant, SELECTIONS, selection_stream(project_id))
        return answer(call, selection_view(project_id, standing.state), version=standing.version)

    @router.get(
        "/templates/selections",
        response_model=Listing[SelectedView],
        responses=errors_documented(),
        summary="Projects and the templates that they are made from",
        operation_id="list_selections",
    )
    async def list_selections(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        template_id: Annotated[UUID | None, Query(description="Only those of this template.")] = None,
    ) -> Response:
        """For whoever wants to know what a change of a template means."""
        wanted = str(template_id) if template_id else None
        question = page.question(sorts={"project_id": ("project_id",)}, default="project_id", template_id=wanted)
        found = await ledger.documents.find(call.tenant, SELECTION_LIST, question)
        rows = [SelectedView.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)
