"""Routes of the audit trail."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from skafu.contexts.identity.api.schemas import AuditView
from skafu.contexts.identity.application.audit import AuditFilter, AuditRow, audit_page, audit_rows
from skafu.contexts.identity.application.means import Means
from skafu.kernel.errors import Invalid
from skafu.web_api.calls import AdminCall
from skafu.web_api.envelope import Listing, errors_documented, listing
from skafu.web_api.paging import Fields, Pages, near
from skafu.web_api.routing import router

MOST_EXPORTED: Final = 1_000_000
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate."""


async def _filter(
    actor: Annotated[str, Query(max_length=200, description="The id of a person, token or part of Skafu.")] = "",
    type: Annotated[str, Query(max_length=200, description="`project.ProjectCreated`")] = "",  # noqa: A002 as people say
    aggregate: Annotated[str, Query(max_length=200, description="`project`")] = "",
    stream: Annotated[str, Query(max_length=200, description="One aggregate: `project-...`.")] = "",
    since: Annotated[datetime | None, Query(description="Not before.")] = None,
    until: Annotated[datetime | None, Query(description="Before.")] = None,
) -> AuditFilter:
    for moment in (since, until):
        if moment is not None and moment.tzinfo is None:
            raise Invalid("a moment needs its time zone", fix="write it as 2026-01-31T12:00:00Z")
    return AuditFilter(actor, type, aggregate, stream, near(since), near(until))


Filter = Annotated[AuditFilter, Depends(_filter)]


def audit_routes(means: Means) -> APIRouter:
    """Ask, and export."""
    routes = router("audit")

    @routes.get("/audit", summary="Who did what", response_model=Listing[AuditView], responses=errors_documented())
    async def list_audit_trail(call: AdminCall, wanted: Filter, page: Pages, fields: Fields) -> Response:
        """Who did what, when and from where, newest first. A page may be shorter than its limit and not the last."""
        if page.sort not in {"", "at"} or (page.sort and not page.descending):
            raise Invalid("the trail is sorted by `-at`", fix="leave `sort` out")
        found = await audit_page(means.ledger.documents, call.tenant, wanted, after=page.cursor, limit=page.limit)
        rows = [AuditView.model_validate(msgspec.to_builtins(each)) for each in found.rows]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.get(
        "/audit/export",
        summary="The audit trail as a file",
        response_class=StreamingResponse,
        responses={
            200: {"description": "All rows.", "content": {"application/jsonl": {}, "text/csv": {}}},
            **errors_documented(),
        },
    )
    async def export_audit_trail(
        call: AdminCall,
        wanted: Filter,
        format: Annotated[Literal["jsonl", "csv"], Query(description="Of the file.")] = "jsonl",  # noqa: A002 as people say
    ) -> Response:
        """All rows that fit, newest first, as JSON Lines or CSV."""
        rows = audit_rows(means.ledger.documents, call.tenant, wanted, most=MOST_EXPORTED)
        lines, kind = (_csv(rows), "text/csv") if format == "csv" else (_jsonl(rows), "application/jsonl")
        headers = {"Content-Disposition": f'attachment; filename="audit.{format}"'}
        return StreamingResponse(lines, media_type=kind, headers=headers)

    return routes


async def _jsonl(rows: AsyncIterator[AuditRow]) -> AsyncIterator[bytes]:
    async for row in rows:
        yield msgspec.json.encode(row) + b"\n"


async def _csv(rows: AsyncIterator[AuditRow]) -> AsyncIterator[bytes]:
    yield _line(AuditRow.__struct_fields__)
    async for row in rows:
        yield _line([_harmless(str(value)) for value in msgspec.structs.astuple(row)])


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
