"""Routes of blueprints: their revisions, what they differ in, and how an older one comes back."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Response

from skafu.contexts.project.api.bodies import NewRevision, Restoring
from skafu.contexts.project.api.desk import PROJECTS_AT, Desk, place_of
from skafu.contexts.project.api.schemas import DifferenceOut, ElementChangeOut, RevisedOut, RevisionOut, RevisionTextOut
from skafu.contexts.project.api.views import check_out, revision_out, revision_text_out
from skafu.contexts.project.application.queries import project_of
from skafu.contexts.project.application.revising import Draft, revise, text_of
from skafu.contexts.project.domain.commands import RestoreRevision
from skafu.storage.documents import PageMark
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages

Number = Annotated[int, Path(ge=1, le=1_000_000, description="The number of a revision.")]
Which = Annotated[int, Query(ge=0, le=1_000_000, description="A revision; 0 is the newest.")]


def add_blueprint_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes of the revisions of a project."""
    _save(routes, desk)
    _list(routes, desk)
    _look(routes, desk)
    _restore(routes, desk)
    _compare(routes, desk)


def _save(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/revisions",
        summary="Save a blueprint",
        status_code=201,
        response_model=Answer[RevisedOut],
        responses=errors_documented(404, 409, 412, 503),
    )
    async def revise_blueprint(project_id: UUID, body: NewRevision, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Save a blueprint as the next revision, also one with errors; the answer says what is wrong with it.

        The same text again is no new revision. With `If-Match`, somebody else's change in between is refused.
        """
        await desk.project(call, project_id)
        author = call.principal.user_id
        draft = Draft(str(project_id), body.blueprint, author, body.message, "written", call.now)
        outcome, found = await revise(
            desk.ledger,
            desk.workshop,
            call.tenant,
            draft,
            origin=call.origin,
            key=call.key,
            if_version=if_match,
        )
        saved = (await desk.project(call, project_id)).project.revisions[-1]
        made = RevisedOut(revision=revision_out(saved), check=check_out(found))
        place = f"{PROJECTS_AT}/{project_id}/revisions/{saved.number}"
        return answer(call, made, status=201, version=outcome.version, location=place)


def _list(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/revisions",
        summary="List revisions",
        response_model=Listing[RevisionOut],
        responses=errors_documented(404),
    )
    async def list_revisions(project_id: UUID, call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """List the revisions of the blueprint, the newest first."""
        page.keep_to("-number")
        revisions = (await desk.project(call, project_id)).project.revisions
        passed = place_of(page.cursor)
        left = [each for each in reversed(revisions) if not passed or each.number < passed]
        rows = [revision_out(each) for each in left[: page.limit]]
        following = PageMark(str(rows[-1].number)) if len(left) > page.limit else None
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def _look(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/revisions/{number}",
        summary="Show a revision",
        response_model=Answer[RevisionTextOut],
        responses=errors_documented(404),
    )
    async def get_revision(project_id: UUID, number: Number, call: ViewerCall, fields: Fields) -> Response:
        """Show a revision with its text."""
        return await _shown(desk, call, project_id, number, fields)

    @routes.get(
        "/projects/{project_id}/blueprint",
        summary="Show the blueprint",
        response_model=Answer[RevisionTextOut],
        responses=errors_documented(404),
    )
    async def get_blueprint(project_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """Show the newest revision with its text; the ETag is what `If-Match` of the next change takes."""
        return await _shown(desk, call, project_id, 0, fields)


async def _shown(desk: Desk, call: Call, project_id: UUID, number: int, fields: frozenset[str] | None) -> Response:
    view = await desk.project(call, project_id)
    revision = view.project.revision(number)
    text = await text_of(desk.ledger, call.tenant, revision.blob)
    return answer(call, revision_text_out(revision, text), version=view.version, fields=fields)


def _restore(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/revisions/{number}/restore",
        summary="Bring an older revision back",
        status_code=201,
        response_model=Answer[RevisionOut],
        responses=errors_documented(404, 409, 412),
    )
    async def restore_revision(
        project_id: UUID, number: Number, body: Restoring, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Bring an older revision back as a new one; nothing is lost in between."""
        author = call.principal.user_id
        message = body.message or f"Back to revision {number}"
        command = RestoreRevision(str(project_id), number, author, message, call.now)
        outcome = await desk.send(call, command, if_version=if_match)
        saved = (await desk.project(call, project_id)).project.revisions[-1]
        place = f"{PROJECTS_AT}/{project_id}/revisions/{saved.number}"
        return answer(call, revision_out(saved), status=201, version=outcome.version, location=place)


def _compare(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/diff",
        summary="Compare two revisions",
        response_model=Answer[DifferenceOut],
        responses=errors_documented(404, 503),
    )
    async def compare_revisions(project_id: UUID, call: ViewerCall, older: Which, newer: Which = 0) -> Response:
        """Say what two revisions differ in: line by line, and element by element."""
        project = (await project_of(desk.ledger, call.tenant, str(project_id))).project
        first, second = project.revision(older), project.revision(newer)
        before = await text_of(desk.ledger, call.tenant, first.blob)
        after = await text_of(desk.ledger, call.tenant, second.blob)
        made = await desk.workshop.compare(before, after)
        found = DifferenceOut(
            from_revision=first.number,
            to_revision=second.number,
            lines=made.lines,
            elements=[ElementChangeOut.model_validate(msgspec.structs.asdict(each)) for each in made.elements],
            readable=made.readable,
        )
        return answer(call, found)
