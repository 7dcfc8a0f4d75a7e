"""Routes of processes: how far they are, what went wrong, cancel, go on."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from skafu.processes.api.schemas import ProcessOut, ProcessRow, ProcessStepOut, Stopping
from skafu.processes.course.commands import CancelProcess, ProcessCommand, RetryProcess
from skafu.processes.course.words import PROOF_FOLLOWS, Kind
from skafu.processes.listing import PROCESSES
from skafu.processes.queries import ProcessView, process_of
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router

SORTS: dict[str, tuple[str, ...]] = {"updated_at": ("updated_at",)}
ThisKind = Annotated[Kind, Path(description="`provisioning`, or `update`.")]


def routes(ledger: Ledger) -> APIRouter:
    """The routes of processes."""
    found = router("processes")
    _look(found, ledger)
    _list(found, ledger)
    _stop(found, ledger)
    _go_on(found, ledger)
    return found


def _look(found: APIRouter, ledger: Ledger) -> None:
    @found.get(
        "/projects/{project_id}/processes/{kind}",
        summary="Show a process",
        response_model=Answer[ProcessOut],
        responses=errors_documented(404),
    )
    async def get_process(project_id: UUID, kind: ThisKind, call: ViewerCall, fields: Fields) -> Response:
        """Show how far a process has come; what went wrong, and what can safely be done next."""
        view = await process_of(ledger, call.tenant, kind, str(project_id))
        return answer(call, _out(view), version=view.version, fields=fields)


def _list(found: APIRouter, ledger: Ledger) -> None:
    @found.get(
        "/processes", summary="List processes", response_model=Listing[ProcessRow], responses=errors_documented()
    )
    async def list_processes(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        kind: Annotated[Literal["provisioning", "update"] | None, Query(description="Only those.")] = None,
        state: Annotated[
            Literal["running", "failed", "finished", "cancelled"] | None, Query(description="Only those.")
        ] = None,
    ) -> Response:
        """List the processes of all projects, those that moved last first."""
        question = page.question(sorts=SORTS, default="-updated_at", kind=kind, state=state)
        rows = await ledger.documents.find(call.tenant, PROCESSES, question)
        shown = [ProcessRow.model_validate(each.body) for each in rows.documents]
        return listing(call, shown, limit=page.limit, following=rows.next, fields=fields)


def _stop(found: APIRouter, ledger: Ledger) -> None:
    @found.post(
        "/projects/{project_id}/processes/{kind}/cancel",
        summary="Cancel a process",
        response_model=Answer[ProcessOut],
        responses=errors_documented(404, 409, 412),
    )
    async def cancel_process(
        project_id: UUID, kind: ThisKind, body: Stopping, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Stop a process: its run is ended, and a repository that it made is removed, or kept on record."""
        command = CancelProcess(str(project_id), kind, body.reason or "somebody cancelled it")
        return await _sent(ledger, call, command, if_match)


def _go_on(found: APIRouter, ledger: Ledger) -> None:
    @found.post(
        "/projects/{project_id}/processes/{kind}/retry",
        summary="Go on with a process",
        response_model=Answer[ProcessOut],
        responses=errors_documented(404, 409, 412),
    )
    async def retry_process(project_id: UUID, kind: ThisKind, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Go on from the step that failed or was cancelled; what was done is not done again, unless it was undone."""
        process = (await process_of(ledger, call.tenant, kind, str(project_id))).process
        if kind == "provisioning" and process.state in {"failed", "cancelled"} and process.step in PROOF_FOLLOWS:
            await call.check_quota("proofs")
        return await _sent(ledger, call, RetryProcess(str(project_id), kind), if_match)


async def _sent(ledger: Ledger, call: Call, command: ProcessCommand, if_version: int | None) -> Response:
    await process_of(ledger, call.tenant, command.kind, command.project_id)
    await ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key, if_version=if_version)
    view = await process_of(ledger, call.tenant, command.kind, command.project_id)
    return answer(call, _out(view), version=view.version)


def _out(view: ProcessView) -> ProcessOut:
    process = view.process
    return ProcessOut(
        project_id=process.project_id,
        kind=process.kind,
        state=process.state,
        round=process.round,
        step=process.step,
        steps=[
            ProcessStepOut.model_validate(
                {"step": each.step, "state": each.state, "attempt": each.attempt, "reason": each.reason}
            )
            for each in view.steps
        ],
        reason=process.reason,
        next_action=process.next_action,
        again_at=process.again_at,
        left=process.left,
        repository=process.known.repository,
        address=process.known.address,
        pull_request=process.known.pull_request,
        version=view.version,
    )
