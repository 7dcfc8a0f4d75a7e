"""Routes of what proofs said, and of taking over what is not proven."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.project.api.bodies import Overriding
from skafu.contexts.project.api.desk import Desk
from skafu.contexts.project.api.schemas import VerdictOut
from skafu.contexts.project.api.views import verdict_out
from skafu.contexts.project.application.overriding import override
from skafu.contexts.project.domain.facts import Verdict
from skafu.contexts.project.ports import Taken
from skafu.kernel.errors import NotFound
from skafu.storage.blobs import BlobId
from skafu.web_api.calls import AdminCall, Call, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, answer, errors_documented


class ProofNotFound(NotFound):
    """There is no proof that came to an end."""


def add_proof_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes of the last proof of a project."""
    _look(routes, desk)
    _record(routes, desk)
    _override(routes, desk)


def _look(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/proof",
        summary="Show the last proof",
        response_model=Answer[VerdictOut],
        responses=errors_documented(404),
    )
    async def get_proof(project_id: UUID, call: ViewerCall) -> Response:
        """Show what the last proof said, and whether it is about the present files."""
        view = await desk.project(call, project_id)
        found = verdict_out(view.project)
        if found is None:
            raise _none(view.project.name)
        return answer(call, found, version=view.version)


def _record(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/proof/record",
        summary="Take the record of the last proof",
        response_class=Response,
        responses={
            200: {
                "description": "proof.json, an in-toto statement.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **errors_documented(404),
        },
    )
    async def get_proof_record(project_id: UUID, call: ViewerCall) -> Response:
        """Give the record as it stands beside the files: each check, each file, and what could not be shown."""
        record = (await _verdict(desk, call, project_id)).record
        return Response(await desk.ledger.blobs.get(call.tenant, BlobId(record)), media_type="application/json")

    @routes.get(
        "/projects/{project_id}/proof/report",
        summary="Read the last proof",
        response_class=Response,
        responses={200: {"description": "PROOF.md.", "content": {"text/markdown": {}}}, **errors_documented(404)},
    )
    async def get_proof_report(project_id: UUID, call: ViewerCall) -> Response:
        """Give the same for people."""
        report = (await _verdict(desk, call, project_id)).report
        content = await desk.ledger.blobs.get(call.tenant, BlobId(report))
        return Response(content, media_type="text/markdown; charset=utf-8")


def _override(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/proof/override",
        summary="Take over files that are not proven",
        response_model=Answer[VerdictOut],
        responses=errors_documented(404, 409, 412),
    )
    async def override_proof(project_id: UUID, body: Overriding, call: AdminCall, if_match: IfMatch) -> Response:
        """Take over the present files though their proof failed: a name and a reason go on record, for good."""
        project = (await desk.project(call, project_id)).project
        taken, by = Taken(body.person.strip(), body.reason.strip(), call.now), call.principal.user_id
        command = await override(desk.ledger.blobs, desk.prover, call.tenant, project, by, taken)
        await desk.send(call, command, if_version=if_match)
        view = await desk.project(call, project_id)
        found = verdict_out(view.project)
        if found is None:
            raise _none(view.project.name)
        return answer(call, found, version=view.version)


async def _verdict(desk: Desk, call: Call, project_id: UUID) -> Verdict:
    project = (await desk.project(call, project_id)).project
    if project.verdict is None or not project.verdict.record:
        raise _none(project.name)
    return project.verdict


def _none(name: str) -> ProofNotFound:
    return ProofNotFound(f"{name} has no proof that came to an end", fix="prove its files")
