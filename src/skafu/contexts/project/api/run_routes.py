"""Routes of runs: ask for them, look at them, follow their logs, cancel them; and of what proofs said."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.project.api.bodies import Cancelling, GenerationOrder
from skafu.contexts.project.api.desk import RUNS_AT, Desk, place_of
from skafu.contexts.project.api.schemas import LogLine, RunOut, RunRow
from skafu.contexts.project.api.views import log_lines, run_out
from skafu.contexts.project.application.queries import run_log, run_of
from skafu.contexts.project.application.run_listing import RUNS
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.facts import Pending
from skafu.contexts.project.domain.run_events import RunKind
from skafu.storage.documents import PageMark
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages

SORTS: dict[str, tuple[str, ...]] = {"requested_at": ("requested_at",)}


def add_run_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes of runs."""
    _generate(routes, desk)
    _prove(routes, desk)
    _list(routes, desk)
    _look(routes, desk)
    _log(routes, desk)
    _cancel(routes, desk)


def _generate(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/generate",
        summary="Generate files",
        status_code=202,
        response_model=Answer[RunOut],
        responses=errors_documented(404, 409, 412),
    )
    async def generate_project(
        project_id: UUID, body: GenerationOrder, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Have the files of a revision made; the run says how far it is."""
        await desk.project(call, project_id)
        await call.check_quota("storage")
        run_id = str(call.id_for("run"))
        command = c.RequestGeneration(str(project_id), run_id, body.revision)
        await desk.send(call, command, if_version=if_match)
        return await _opened(desk, call, project_id, run_id, "generate")


def _prove(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/projects/{project_id}/prove",
        summary="Prove files",
        status_code=202,
        response_model=Answer[RunOut],
        responses=errors_documented(404, 409, 412),
    )
    async def prove_project(project_id: UUID, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Have the files proven that were generated last; the run tells each check as it ends."""
        await desk.project(call, project_id)
        await call.check_quota("proofs")
        await call.check_quota("storage")
        run_id = str(call.id_for("run"))
        await desk.send(call, c.RequestProof(str(project_id), run_id), if_version=if_match)
        return await _opened(desk, call, project_id, run_id, "prove")


async def _opened(desk: Desk, call: Call, project_id: UUID, run_id: str, kind: RunKind) -> Response:
    """The run at once: the worker opens it as well, whoever is first."""
    project = (await desk.project(call, project_id)).project
    pending = project.generating if kind == "generate" else project.proving
    revision = pending.revision if isinstance(pending, Pending) and pending.run_id == run_id else 0
    if revision:
        opening = c.OpenRun(run_id, str(project_id), kind, revision)
        await desk.ledger.commands.send(call.tenant, opening, origin=call.origin, key=call.key_for("open"))
    view = await run_of(desk.ledger, call.tenant, run_id)
    return answer(call, run_out(view), status=202, version=view.version, location=f"{RUNS_AT}/{run_id}")


def _list(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/runs", summary="List runs", response_model=Listing[RunRow], responses=errors_documented())
    async def list_runs(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        project_id: Annotated[UUID | None, Query(description="Only those of a project.")] = None,
        kind: Annotated[Literal["generate", "prove"] | None, Query(description="Only those.")] = None,
        state: Annotated[
            Literal["queued", "running", "finished", "failed", "cancelled"] | None, Query(description="Only those.")
        ] = None,
    ) -> Response:
        """List generations and proofs, the newest first."""
        project = None if project_id is None else str(project_id)
        where = {"project_id": project, "kind": kind, "state": state}
        question = page.question(sorts=SORTS, default="-requested_at", made=made.by("requested_at"), **where)
        found = await desk.ledger.documents.find(call.tenant, RUNS, question)
        rows = [RunRow.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _look(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/runs/{run_id}", summary="Show a run", response_model=Answer[RunOut], responses=errors_documented(404))
    async def get_run(run_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """Show a run with the newest state of each of its steps."""
        view = await run_of(desk.ledger, call.tenant, str(run_id))
        return answer(call, run_out(view), version=view.version, fields=fields)


def _log(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/runs/{run_id}/log",
        summary="Show the log of a run",
        response_model=Listing[LogLine],
        responses=errors_documented(404),
    )
    async def get_run_log(run_id: UUID, call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """List what happened in a run, in order; a page has the lines of `limit` events."""
        page.keep_to("version")
        after = place_of(page.cursor)
        found = await run_log(desk.ledger, call.tenant, str(run_id), after=after, limit=page.limit + 1)
        kept = found[: page.limit]
        following = PageMark(str(kept[-1].version)) if len(found) > page.limit else None
        return listing(call, log_lines(kept), limit=page.limit, following=following, fields=fields)


def _cancel(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/runs/{run_id}/cancel",
        summary="Cancel a run",
        response_model=Answer[RunOut],
        responses=errors_documented(404, 409),
    )
    async def cancel_run(run_id: UUID, body: Cancelling, call: DeveloperCall) -> Response:
        """Cancel a run, waiting or under way; everything that it started is ended."""
        run = (await run_of(desk.ledger, call.tenant, str(run_id))).run
        reason = body.reason or "somebody cancelled it"
        command = c.CancelRun(run.run_id, run.project_id, run.kind, run.revision, reason)
        await desk.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        view = await run_of(desk.ledger, call.tenant, str(run_id))
        return answer(call, run_out(view), version=view.version)
