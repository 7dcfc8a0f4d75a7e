"""The error bus as people read it, and the health of the installation."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from skafu.contexts.observability.api.schemas import ErrorCodeView, ErrorView, HealthPartView, HealthView
from skafu.contexts.observability.application.activity import ERROR_CODES, ERRORS
from skafu.contexts.observability.application.health import Look
from skafu.contexts.observability.domain.health import status_of
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Body, Documents
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import Call, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages, Paging, Span

Severity = Literal["WARNING", "ERROR", "CRITICAL"]


class ErrorFilter(msgspec.Struct, frozen=True):
    """Which errors are wanted; what is empty does not count.

    Attributes:
        equal: fields and the value that each must have.
        correlation_id: of one request and all that followed from it.
        text: stands in the message, in whatever case.
        made: when.
    """

    equal: dict[str, str]
    correlation_id: str
    text: str
    made: Span

    def fits(self, error: Body) -> bool:
        """Whether an error is wanted."""
        shown = ErrorView.model_validate(error)
        return (
            all(error[name] == value for name, value in self.equal.items())
            and self.correlation_id in {"", shown.correlationId}
            and self.text.casefold() in shown.data.errorMessage.casefold()
        )


async def error_filter(
    made: Created,
    severity: Annotated[Severity | None, Query(description="Only those.")] = None,
    code: Annotated[str | None, Query(max_length=120, description="Only those: `PROJECT_NAME_TAKEN`.")] = None,
    source: Annotated[str | None, Query(max_length=60, description="Only those of a part: `http`.")] = None,
    correlation_id: Annotated[str, Query(max_length=64, description="Of one request.")] = "",
    text: Annotated[str, Query(max_length=200, description="Words that stand in the message.")] = "",
) -> ErrorFilter:
    """The errors that a request asks for."""
    given = {"code": code, "source": source, "severity": severity}
    return ErrorFilter({name: value for name, value in given.items() if value}, correlation_id, text, made)


Wanted = Annotated[ErrorFilter, Depends(error_filter)]


async def errors_found(
    documents: Documents, call: Call, tenant: TenantId, wanted: ErrorFilter, page: Paging, fields: frozenset[str] | None
) -> Response:
    """A page of errors: of several filters one is answered by an index, the others leave out rows of the page."""
    indexed = dict(list(wanted.equal.items())[:1])
    sorts = {"timestamp": ("timestamp",)}
    question = page.question(sorts=sorts, default="-timestamp", made=wanted.made.by("timestamp"), **indexed)
    found = await documents.find(tenant, ERRORS, question)
    rows = [ErrorView.model_validate(each.body) for each in found.documents if wanted.fits(each.body)]
    return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


async def codes_found(
    documents: Documents, call: Call, tenant: TenantId, page: Paging, fields: frozenset[str] | None
) -> Response:
    """A page of kinds of errors."""
    question = page.question(sorts={"last": ("last",), "count": ("count",)}, default="-last")
    found = await documents.find(tenant, ERROR_CODES, question)
    rows = [ErrorCodeView.model_validate(each.body) for each in found.documents]
    return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def error_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Errors one by one."""

    @routes.get(
        "/observability/errors",
        response_model=Listing[ErrorView],
        responses=errors_documented(),
        summary="Everything that failed",
    )
    async def list_errors(call: ViewerCall, wanted: Wanted, page: Pages, fields: Fields) -> Response:
        """In the schema of the error bus, the newest first.

        With several filters, or with `text`, a page may have fewer rows than `limit` although more follow.
        """
        return await errors_found(ledger.documents, call, call.tenant, wanted, page, fields)


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
        return await codes_found(ledger.documents, call, call.tenant, page, fields)


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
