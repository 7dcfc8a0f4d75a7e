"""Routes of projects: begin, list, look, change, put away, end."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from msgspec import UNSET
from pydantic import AwareDatetime

from skafu.contexts.project.api.bodies import NewProject, ProjectChange, TemplateChoice
from skafu.contexts.project.api.desk import PROJECTS_AT, Desk, place_of
from skafu.contexts.project.api.schemas import HappeningOut, ProjectOut, ProjectRow
from skafu.contexts.project.api.views import happening_out, project_out
from skafu.contexts.project.application.listing import PROJECTS
from skafu.contexts.project.application.queries import ProjectView, history_of, project_after, project_at
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.events import Wishes
from skafu.contexts.project.domain.names import project_id_of
from skafu.kernel.errors import Invalid
from skafu.storage.documents import Document, PageMark
from skafu.storage.documents import Query as Question
from skafu.web_api.calls import AdminCall, Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Created, Fields, Pages

SORTS: dict[str, tuple[str, ...]] = {"name": ("name",), "created_at": ("created_at",), "updated_at": ("updated_at",)}


def add_project_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes of whole projects."""
    _begin(routes, desk)
    _list(routes, desk)
    _look(routes, desk)
    _change(routes, desk)
    _put_away(routes, desk)
    _end(routes, desk)
    _history(routes, desk)


def _begin(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects",
        summary="Begin a project",
        status_code=201,
        response_model=Answer[ProjectOut],
        responses=errors_documented(409),
    )
    async def create_project(body: NewProject, call: DeveloperCall) -> Response:
        """Begin a project; its name must be free in the organisation.

        With `provision` it is analysed, generated, proven and published without being asked again.
        """
        await call.check_quota("projects")
        if body.provision:
            await call.check_quota("proofs")
            await call.check_quota("storage")
        project_id = project_id_of(call.tenant, body.name)
        command = c.CreateProject(
            project_id,
            body.name,
            body.title,
            body.description,
            provision=body.provision,
            at=call.now,
            blueprint=None if body.blueprint is None else await _first(desk, call, body.blueprint),
            brief=await desk.ledger.blobs.put(call.tenant, body.description.encode()) if body.description else "",
            wishes=Wishes(**body.wishes.model_dump()),
        )
        view = project_after(await desk.send(call, command), project_id)
        place = f"{PROJECTS_AT}/{project_id}"
        return answer(call, project_out(view), status=201, version=view.version, location=place)


async def _first(desk: Desk, call: Call, blueprint: str) -> c.FirstBlueprint:
    found = await desk.workshop.check(blueprint)
    blob = await desk.ledger.blobs.put(call.tenant, blueprint.encode())
    return c.FirstBlueprint(blob, call.principal.user_id, found.errors)


def _list(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/projects", summary="List projects", response_model=Listing[ProjectRow], responses=errors_documented())
    async def list_projects(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        name: Annotated[str | None, Query(max_length=200, description="Only the one of this name.")] = None,
        status: Annotated[Literal["active", "archived"] | None, Query(description="Only those.")] = None,
        standing: Annotated[
            Literal["nothing", "unproven", "not_proven", "overridden", "proven"] | None,
            Query(description="Only those whose newest files stand so."),
        ] = None,
    ) -> Response:
        """List the projects of the organisation; a new one shows up within moments. Newest changes come first."""
        question = page.question(sorts=SORTS, default="-updated_at", made=made, status=status, standing=standing)
        found = await desk.ledger.documents.find(call.tenant, PROJECTS, _of_name(name, question))
        rows = [ProjectRow.model_validate(each.body) for each in found.documents if _fits(each, question)]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _of_name(name: str | None, question: Question) -> Question:
    """A question for the one of a name, which an index of its own answers; `_fits` asks the rest."""
    return question if name is None else Question(where={"name": name})


def _fits(found: Document, question: Question) -> bool:
    made = str(found.body["created_at"])
    in_time = question.order != ("created_at",) or (
        (question.at_least is UNSET or made >= str(question.at_least))
        and (question.below is UNSET or made < str(question.below))
    )
    return in_time and all(found.body[name] == value for name, value in question.where.items())


def _look(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}",
        summary="Show a project",
        response_model=Answer[ProjectOut],
        responses=errors_documented(404),
    )
    async def get_project(
        project_id: UUID,
        call: ViewerCall,
        fields: Fields,
        at_version: Annotated[int | None, Query(ge=1, le=10**9, description="As it stood at this version.")] = None,
        at: Annotated[AwareDatetime | None, Query(description="As it stood at this moment.")] = None,
    ) -> Response:
        """Show a project as it stands, or as it stood at a version or a moment."""
        view = await _view(desk, call, project_id, at_version, at)
        return answer(call, project_out(view), version=view.version, fields=fields)


async def _view(desk: Desk, call: Call, project_id: UUID, at_version: int | None, at: datetime | None) -> ProjectView:
    if at_version is not None and at is not None:
        raise Invalid("a project is shown at a version or at a moment", fix="give `at_version` or `at`")
    if at_version is None and at is None:
        return await desk.project(call, project_id)
    return await project_at(desk.ledger, call.tenant, str(project_id), version=at_version, moment=at)


def _change(routes: APIRouter, desk: Desk) -> None:
    @routes.patch(
        "/projects/{project_id}",
        summary="Change title or description",
        response_model=Answer[ProjectOut],
        responses=errors_documented(404, 409, 412),
    )
    async def describe_project(
        project_id: UUID, body: ProjectChange, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Change the title or the description; the name stays for ever."""
        return await _sent(desk, call, c.DescribeProject(str(project_id), body.title, body.description), if_match)

    @routes.put(
        "/projects/{project_id}/template",
        summary="Choose the template",
        response_model=Answer[ProjectOut],
        responses=errors_documented(404, 409, 412),
    )
    async def choose_template(
        project_id: UUID, body: TemplateChoice, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Choose what the project is generated from the next time."""
        return await _sent(desk, call, c.SelectTemplate(str(project_id), body.template, body.version), if_match)


def _put_away(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/archive",
        summary="Put a project away",
        response_model=Answer[ProjectOut],
        responses=errors_documented(404, 412),
    )
    async def archive_project(project_id: UUID, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Put a project away: it can be read, and nothing changes in it until it is restored."""
        return await _sent(desk, call, c.ArchiveProject(str(project_id)), if_match)

    @routes.post(
        "/projects/{project_id}/restore",
        summary="Take an archived project into use again",
        response_model=Answer[ProjectOut],
        responses=errors_documented(404, 412),
    )
    async def restore_project(project_id: UUID, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Take an archived project into use again."""
        return await _sent(desk, call, c.RestoreProject(str(project_id)), if_match)


def _end(routes: APIRouter, desk: Desk) -> None:
    @routes.delete(
        "/projects/{project_id}", summary="Delete a project", status_code=204, responses=errors_documented(404, 412)
    )
    async def delete_project(project_id: UUID, call: AdminCall, if_match: IfMatch) -> Response:
        """End a project: its name is free again, its runs are cancelled, its history stays. Its repository stays."""
        await desk.send(call, c.DeleteProject(str(project_id)), if_version=if_match)
        return nothing()


def _history(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/history",
        summary="What has happened to a project",
        response_model=Listing[HappeningOut],
        responses=errors_documented(404),
    )
    async def project_history(project_id: UUID, call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """List all events of a project in order: who wanted them, when, and what led to them, back to the request."""
        page.keep_to("version")
        after = place_of(page.cursor)
        found = await history_of(desk.ledger, call.tenant, str(project_id), after=after, limit=page.limit + 1)
        rows = [happening_out(each) for each in found[: page.limit]]
        following = PageMark(str(rows[-1].version)) if len(found) > page.limit else None
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


async def _sent(desk: Desk, call: Call, command: c.ProjectCommand, if_version: int | None) -> Response:
    view = project_after(await desk.send(call, command, if_version=if_version), command.project_id)
    return answer(call, project_out(view), version=view.version)
