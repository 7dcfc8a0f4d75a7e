"""The error bus as people read it, and the health of the installation."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Response

from skafu.contexts.observability.api.schemas import ErrorCodeView, ErrorView, HealthPartView, HealthView
from skafu.contexts.observability.application.activity import ERROR_CODES, ERRORS
from skafu.contexts.observability.application.health import Look
from skafu.contexts.observability.domain.health import status_of
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages


def error_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Errors one by one."""

    @routes.get(
        "/observability/errors",
        response_model=Listing[ErrorView],
        responses=errors_documented(),
        summary="Everything that failed",
    )
    async def list_errors(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        severity: Annotated[Literal["WARNING", "ERROR", "CRITICAL"] | None, Query(description="Only those.")] = None,
        code: Annotated[str | None, Query(max_length=120, description="Only those: `PROJECT_NAME_TAKEN`.")] = None,
        source: Annotated[str | None, Query(max_length=60, description="Only those of a part: `http`.")] = None,
    ) -> Response:
        """In the schema of the error bus, the newest first. Of several filters, one is answered by an index."""
        given = {"code": code, "source": source, "severity": severity}
        indexed = next(({name: value} for name, value in given.items() if value), {})
        question = page.question(sorts={"timestamp": ("timestamp",)}, default="-timestamp", **indexed)
        found = await ledger.documents.find(call.tenant, ERRORS, question)
        fitting = [
            each.body
            for each in found.documents
            if all(value in (None, each.body[name]) for name, value in given.items())
        ]
        rows = [ErrorView.model_validate(each) for each in fitting]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def error_code_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Errors by kind."""

    @routes.get(
        "/observability/errors/codes",
        response_model=Listing[ErrorCodeView],
        responses=errors_documented(),
        summary="What failed, by kind",
    )
    async def list_error_codes(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """How often, since when and when last."""
        question = page.question(sorts={"last": ("last",), "count": ("count",)}, default="-last")
        found = await ledger.documents.find(call.tenant, ERROR_CODES, question)
        rows = [ErrorCodeView.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def health_routes(routes: APIRouter, look: Look) -> None:
    """How the installation stands."""

    @routes.get(
        "/observability/health",
        response_model=Answer[HealthView],
        responses=errors_documented(),
        summary="How the installation stands",
    )
    async def get_health(call: ViewerCall) -> Response:
        """Looked at now."""
        parts = await look()
        shown = [HealthPartView.model_validate(msgspec.structs.asdict(each)) for each in parts]
        return answer(call, HealthView(status=status_of(parts), parts=shown))
