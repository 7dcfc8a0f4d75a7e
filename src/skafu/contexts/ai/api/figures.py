"""Routes of figures: what was used and generated, and what may be used."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from skafu.contexts.ai.api.schemas import BudgetBody, BudgetView, GenerationView, UsageView
from skafu.contexts.ai.application.aggregates import USAGE, period_of, usage_stream
from skafu.contexts.ai.application.asking import Desk
from skafu.contexts.ai.application.projections import GENERATION_LIST, USAGE_LIST
from skafu.contexts.ai.domain.commands import SetAIBudget
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import AdminCall, Call, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages


def figure_routes(router: APIRouter, desk: Desk, ledger: Ledger) -> None:
    """Add the routes."""
    _usage(router, ledger)
    _budget(router, desk, ledger)


def _usage(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/usage",
        response_model=Listing[UsageView],
        responses=errors_documented(),
        summary="What each month has used",
        operation_id="list_usage",
    )
    async def list_usage(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """Calls, tokens, and how often the same was asked before; the newest month first."""
        question = page.question(sorts={"period": ("period",)}, default="-period")
        found = await ledger.documents.find(call.tenant, USAGE_LIST, question)
        rows = [_usage_view(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @router.get(
        "/ai/generations",
        response_model=Listing[GenerationView],
        responses=errors_documented(),
        summary="Trees that were generated, the newest first",
        operation_id="list_generations",
    )
    async def list_generations(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        project_id: Annotated[str | None, Query(max_length=100, description="Of this project only.")] = None,
    ) -> Response:
        """From which blueprint, how many files, and the digest of each tree."""
        sorts = {"created_at": ("created_at",)}
        question = page.question(sorts=sorts, default="-created_at", made=made, project_id=project_id)
        found = await ledger.documents.find(call.tenant, GENERATION_LIST, question)
        rows = [GenerationView.model_validate({**each.body, "id": each.key}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _budget(router: APIRouter, desk: Desk, ledger: Ledger) -> None:
    @router.get(
        "/ai/budget",
        response_model=Answer[BudgetView],
        responses=errors_documented(),
        summary="What is left of this month's budget",
        operation_id="get_budget",
    )
    async def get_budget(call: ViewerCall) -> Response:
        """The budget, what is used, and what is set aside for calls that have not ended."""
        return answer(call, await _budget_view(desk, ledger, call))

    @router.put(
        "/ai/budget",
        response_model=Answer[BudgetView],
        responses=errors_documented(),
        summary="Set the budget of a month",
        operation_id="set_budget",
    )
    async def set_budget(body: BudgetBody, call: AdminCall) -> Response:
        """No call begins that the budget does not reach for; what has begun goes on."""
        await ledger.commands.send(call.tenant, SetAIBudget(body.tokens), origin=call.origin, key=call.key)
        return answer(call, await _budget_view(desk, ledger, call))


async def _budget_view(desk: Desk, ledger: Ledger, call: Call) -> BudgetView:
    period = period_of(call.now)
    usage = (await ledger.commands.state(call.tenant, USAGE, usage_stream(period))).state
    budget = await desk.budget_of(call.tenant)
    return BudgetView(
        period=period,
        tokens=budget,
        used=usage.used,
        set_aside=usage.spoken_for - usage.used,
        left=max(0, budget - usage.spoken_for),
    )


def _usage_view(body: dict[str, object]) -> UsageView:
    asked, known = int(str(body["asked"])), int(str(body["answered_from_memory"]))
    return UsageView.model_validate({**body, "hit_rate": known / asked if asked else 0.0})
