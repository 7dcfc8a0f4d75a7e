"""What belongs to no organisation: failures and alerts of the installation itself, for its owner alone."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from skafu.contexts.observability.api.error_routes import Wanted, codes_found, errors_found
from skafu.contexts.observability.api.schemas import AlertView, ErrorCodeView, ErrorView
from skafu.contexts.observability.application.alerts import ALERTS
from skafu.contexts.observability.ports import IsOperator
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Documents
from skafu.web_api.calls import AdminCall, Call
from skafu.web_api.envelope import Listing, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router


class NothingHere(NotFound):
    """For all but the owner of the installation there is nothing here."""

    def __init__(self) -> None:
        """Say it."""
        super().__init__("there is nothing here for you", fix="the owner of the installation sees its failures")


def installation_routes(documents: Documents, is_operator: IsOperator) -> APIRouter:
    """Failures that happened to nobody: before anybody was known, or in work for the whole installation."""
    routes = router("admin")

    async def let_in(call: Call) -> None:
        if not await is_operator(call.principal.user_id):
            raise NothingHere

    @routes.get(
        "/admin/installation/errors",
        response_model=Listing[ErrorView],
        responses=errors_documented(404),
        summary="What failed for no organisation",
    )
    async def list_installation_errors(call: AdminCall, wanted: Wanted, page: Pages, fields: Fields) -> Response:
        """As /observability/errors, for the owner of the installation; others get 404."""
        await let_in(call)
        return await errors_found(documents, call, SYSTEM, wanted, page, fields)

    @routes.get(
        "/admin/installation/errors/codes",
        response_model=Listing[ErrorCodeView],
        responses=errors_documented(404),
        summary="What failed for no organisation, by kind",
    )
    async def list_installation_error_codes(call: AdminCall, page: Pages, fields: Fields) -> Response:
        """As /observability/errors/codes, for the owner of the installation; others get 404."""
        await let_in(call)
        return await codes_found(documents, call, SYSTEM, page, fields)

    _alerts(routes, documents, let_in)
    return routes


def _alerts(routes: APIRouter, documents: Documents, let_in: Callable[[Call], Awaitable[None]]) -> None:
    @routes.get(
        "/admin/installation/alerts",
        response_model=Listing[AlertView],
        responses=errors_documented(404),
        summary="Alerts of the installation itself",
    )
    async def list_installation_alerts(
        call: AdminCall,
        page: Pages,
        fields: Fields,
        status: Annotated[Literal["open", "acknowledged", "resolved"] | None, Query(description="Only those.")] = None,
    ) -> Response:
        """The newest first, with what came of telling the owner by mail; for the owner alone, others get 404."""
        await let_in(call)
        question = page.question(sorts={"triggered": ("triggered",)}, default="-triggered", status=status)
        found = await documents.find(SYSTEM, ALERTS, question)
        rows = [AlertView.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)
