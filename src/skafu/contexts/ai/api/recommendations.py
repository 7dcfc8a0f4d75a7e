"""Routes of recommendations: look, apply, dismiss."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from skafu.contexts.ai.api.drafts import whole_draft
from skafu.contexts.ai.api.schemas import ApplyBody, ReasonBody, RecommendationView, WholeDraftView
from skafu.contexts.ai.application.aggregates import RECOMMENDATIONS, recommendation_stream
from skafu.contexts.ai.application.drafting import Applying
from skafu.contexts.ai.application.projections import RECOMMENDATION_LIST
from skafu.contexts.ai.domain.commands import DismissRecommendation
from skafu.contexts.ai.domain.recommendation import (
    Applied,
    Dismissed,
    NoRecommendation,
    NotGenerated,
    Recommendation,
)
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages

SORTS: dict[str, tuple[str, ...]] = {"created_at": ("created_at",)}


def recommendation_routes(router: APIRouter, applying: Applying) -> None:
    """Add the routes."""
    _listing(router, applying.ledger)
    _looking(router, applying.ledger)
    _deciding(router, applying)


def _listing(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/recommendations",
        response_model=Listing[RecommendationView],
        responses=errors_documented(),
        summary="Recommendations, the newest first",
        operation_id="list_recommendations",
    )
    async def list_recommendations(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        project_id: Annotated[str | None, Query(max_length=100, description="Of this project only.")] = None,
        analysis_id: Annotated[UUID | None, Query(description="Of this analysis only.")] = None,
        status: Annotated[Literal["open", "applied", "dismissed"] | None, Query(description="Only these.")] = None,
    ) -> Response:
        """What analyses have found, and what can be done about each."""
        where = {
            "project_id": project_id,
            "analysis_id": str(analysis_id) if analysis_id else None,
            "status": status,
        }
        question = page.question(sorts=SORTS, default="-created_at", made=made, **where)
        found = await ledger.documents.find(call.tenant, RECOMMENDATION_LIST, question)
        rows = [RecommendationView.model_validate({**each.body, "id": each.key}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _looking(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/recommendations/{recommendation_id}",
        response_model=Answer[RecommendationView],
        responses=errors_documented(404),
        summary="A recommendation as it stands",
        operation_id="get_recommendation",
    )
    async def get_recommendation(recommendation_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """The finding, the reason, the fix in words and the change."""
        stream = recommendation_stream(str(recommendation_id))
        standing = await ledger.commands.state(call.tenant, RECOMMENDATIONS, stream)
        return answer(call, _view(str(recommendation_id), standing.state), version=standing.version, fields=fields)


def _deciding(router: APIRouter, applying: Applying) -> None:
    ledger = applying.ledger

    @router.post(
        "/ai/recommendations/{recommendation_id}/apply",
        status_code=201,
        response_model=Answer[WholeDraftView],
        responses=errors_documented(404, 409),
        summary="Make the change of a recommendation in a draft",
        operation_id="apply_recommendation",
    )
    async def apply_recommendation(recommendation_id: UUID, body: ApplyBody, call: DeveloperCall) -> Response:
        """The changed blueprint is a draft, which may be accepted. Comments and the order of keys stay."""
        draft_id = str(call.id_for("draft"))
        await applying.apply(
            call.tenant, [str(recommendation_id)], draft_id, origin=call.origin, blueprint=body.blueprint
        )
        view, version = await whole_draft(ledger, call.tenant, draft_id)
        return answer(call, view, status=201, version=version, location=f"/api/v1/ai/drafts/{draft_id}")

    @router.post(
        "/ai/recommendations/{recommendation_id}/dismiss",
        response_model=Answer[RecommendationView],
        responses=errors_documented(404, 409, 412),
        summary="Leave it as it is",
        operation_id="dismiss_recommendation",
    )
    async def dismiss_recommendation(
        recommendation_id: UUID, body: ReasonBody, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """The recommendation is not shown among the open ones any more."""
        command = DismissRecommendation(str(recommendation_id), body.reason)
        outcome = await ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_match
        )
        return answer(call, _view(str(recommendation_id), outcome.state), version=outcome.version)


def _view(identifier: str, state: Recommendation) -> RecommendationView:
    if isinstance(state, NotGenerated):
        raise NoRecommendation(f"there is no recommendation {identifier}")
    said = {**msgspec.to_builtins(state.generated), "id": identifier}
    match state:
        case Applied(_, draft_id):
            said |= {"status": "applied", "draft_id": draft_id}
        case Dismissed(_, reason):
            said |= {"status": "dismissed", "dismissed_because": reason}
    return RecommendationView.model_validate(said)
