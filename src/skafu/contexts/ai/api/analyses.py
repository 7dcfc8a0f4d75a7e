"""Routes of analyses: ask, look, and follow the steps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.ai.api.schemas import AnalysisBody, AnalysisView, FailureView, StepView
from skafu.contexts.ai.application.aggregates import ANALYSES, analysis_stream
from skafu.contexts.ai.application.projections import ANALYSIS_LIST
from skafu.contexts.ai.application.work import Analyst
from skafu.contexts.ai.domain.analysis import Analysis, Completed, Failed, NoAnalysis, NotAsked
from skafu.contexts.ai.domain.commands import RequestAnalysis
from skafu.contexts.ai.domain.events import AnalysisStepTaken, Subject
from skafu.kernel.errors import Invalid
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import DeveloperCall, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages
from skafu.web_api.whole_lists import page_of

SORTS: dict[str, tuple[str, ...]] = {"created_at": ("created_at",)}


def analysis_routes(router: APIRouter, analyst: Analyst) -> None:
    """Add the routes."""
    _asking(router, analyst)
    _looking(router, analyst.ledger)
    _listing(router, analyst.ledger)


def _asking(router: APIRouter, analyst: Analyst) -> None:
    @router.post(
        "/ai/analyses",
        status_code=202,
        response_model=Answer[AnalysisView],
        responses=errors_documented(409),
        summary="Analyse a description or a blueprint",
        operation_id="request_analysis",
    )
    async def request_analysis(body: AnalysisBody, call: DeveloperCall) -> Response:
        """A description becomes a draft; a blueprint is reviewed. Follow the steps at `Location`, or by events."""
        text = body.description if body.description is not None else body.blueprint or ""
        agent = analyst.agents.get(body.agent)
        if agent is None:
            raise Invalid(f"there is no agent {body.agent!r}", fix=f"known are: {', '.join(sorted(analyst.agents))}")
        most = agent.most_tokens(text) if body.description is not None else 0
        if most:
            await call.check_quota("ai_tokens", most)
        identifier = str(call.id_for("analysis"))
        blob = await analyst.ledger.blobs.put(call.tenant, text.encode())
        subject: Subject = "blueprint" if body.description is None else "description"
        base = await analyst.ledger.blobs.put(call.tenant, body.present.encode()) if body.present else ""
        command = RequestAnalysis(identifier, body.project_id, subject, blob, body.agent, base)
        outcome = await analyst.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        place = f"/api/v1/ai/analyses/{identifier}"
        return answer(call, _view(identifier, outcome.state), status=202, version=outcome.version, location=place)


def _looking(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/analyses/{analysis_id}",
        response_model=Answer[AnalysisView],
        responses=errors_documented(404),
        summary="An analysis as it stands",
        operation_id="get_analysis",
    )
    async def get_analysis(analysis_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """Its status, and what it led to."""
        standing = await ledger.commands.state(call.tenant, ANALYSES, analysis_stream(str(analysis_id)))
        return answer(call, _view(str(analysis_id), standing.state), version=standing.version, fields=fields)

    @router.get(
        "/ai/analyses/{analysis_id}/steps",
        response_model=Listing[StepView],
        responses=errors_documented(404),
        summary="The steps of an analysis",
        operation_id="get_analysis_steps",
    )
    async def get_analysis_steps(analysis_id: UUID, call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """What the agent has said so far, in order."""
        recorded = await ledger.events.read_stream(call.tenant, analysis_stream(str(analysis_id)))
        if not recorded:
            raise NoAnalysis(f"there is no analysis {analysis_id}")
        steps = [
            StepView(number=each.event.number, name=each.event.name, said=each.event.said, at=each.recorded_at)
            for each in recorded
            if isinstance(each.event, AnalysisStepTaken)
        ]
        rows, following = page_of(
            steps, page, key=lambda each: str(each.number), sorts={"number": lambda each: each.number}, default="number"
        )
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def _listing(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/analyses",
        response_model=Listing[AnalysisView],
        responses=errors_documented(),
        summary="Analyses, the newest first",
        operation_id="list_analyses",
    )
    async def list_analyses(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        project_id: Annotated[str | None, Query(max_length=100, description="Of this project only.")] = None,
    ) -> Response:
        """All analyses of the organisation."""
        question = page.question(sorts=SORTS, default="-created_at", made=made, project_id=project_id)
        found = await ledger.documents.find(call.tenant, ANALYSIS_LIST, question)
        rows = [_row(each.key, each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _view(identifier: str, state: Analysis) -> AnalysisView:
    if isinstance(state, NotAsked):
        raise NoAnalysis(f"there is no analysis {identifier}")
    view = AnalysisView(
        id=identifier,
        project_id=state.asked.project_id,
        subject=state.asked.subject,
        agent=state.asked.agent,
        status="running",
        steps=len(state.steps),
    )
    match state:
        case Completed(_, _, result):
            found = {name: getattr(result, name) for name in ("draft_id", "recommendations", "tokens", "cached")}
            more = {**found, "status": "completed", "questions": list(result.questions)}
            return view.model_copy(update=more)
        case Failed(_, _, failure):
            said = FailureView(code=failure.code, reason=failure.reason, fix=failure.fix)
            return view.model_copy(update={"status": "failed", "failure": said})
        case _:
            return view


def _row(identifier: str, body: dict[str, object]) -> AnalysisView:
    known = {name: value for name, value in body.items() if name in AnalysisView.model_fields}
    failed = body["status"] == "failed"
    failure = {name: body.get(name, "") for name in ("code", "reason", "fix")} if failed else None
    return AnalysisView.model_validate({**known, "id": identifier, "failure": failure})
