"""Routes that show templates and their versions."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.template.api.schemas import Status, TemplateView, WholeTemplateView, WholeVersionView
from skafu.contexts.template.api.views import (
    row_view,
    shipped_version_view,
    shipped_view,
    template_view,
    whole_version_view,
)
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.application.projections import TEMPLATE_LIST
from skafu.contexts.template.domain.template import NoTemplateVersion
from skafu.scaffold.merging.archive import packed
from skafu.storage.documents import PageMark
from skafu.storage.documents import Query as Question
from skafu.web_api.calls import Call, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages, Paging

SORTS: Final[dict[str, tuple[str, ...]]] = {"name": ("name",), "changed_at": ("changed_at",)}
SHIPPED: Final = "shipped-"
"""Begins the mark of a page that ended among the templates that come with the program."""


def looking_routes(router: APIRouter, library: Library) -> None:
    """Add the routes."""
    _templates(router, library)
    _versions(router, library)


def _templates(router: APIRouter, library: Library) -> None:
    @router.get(
        "/templates",
        response_model=Listing[TemplateView],
        responses=errors_documented(),
        summary="Templates that can be chosen",
        operation_id="list_templates",
    )
    async def list_templates(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        name: Annotated[str | None, Query(max_length=200, description="Only the one of this name.")] = None,
        status: Annotated[Status | None, Query(description="Only of this status.")] = None,
    ) -> Response:
        """Those that come with Skafu first, then those of the organisation. Deleted ones are left out."""
        if name is not None:
            return listing(
                call, await _named(library, call, name, status), limit=page.limit, following=None, fields=fields
            )
        rows, following = await _page(library, call, page, status)
        return listing(call, rows, limit=page.limit, following=following, fields=fields)

    @router.get(
        "/templates/{template_id}",
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(404),
        summary="A template with its versions",
        operation_id="get_template",
    )
    async def get_template(template_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """Also a deleted one: projects were made from it."""
        shipped = library.shipped(str(template_id))
        if shipped is not None:
            return answer(call, shipped_view(shipped), fields=fields)
        template, version = await library.template(call.tenant, str(template_id))
        return answer(call, template_view(str(template_id), template), version=version, fields=fields)


def _versions(router: APIRouter, library: Library) -> None:
    @router.get(
        "/templates/{template_id}/versions/{number}",
        response_model=Answer[WholeVersionView],
        responses=errors_documented(404),
        summary="A version with its questions and findings",
        operation_id="get_template_version",
    )
    async def get_template_version(template_id: UUID, number: int, call: ViewerCall, fields: Fields) -> Response:
        """What it asks, what is wrong with it, and what is worth knowing; 0 is the newest that can be used."""
        shipped = library.shipped(str(template_id))
        if shipped is None:
            template, version = await library.template(call.tenant, str(template_id))
            return answer(call, whole_version_view(template.version(number)), version=version, fields=fields)
        if number not in {0, 1}:
            raise NoTemplateVersion(f"template {shipped.name} has no version {number}", fix="take version 1")
        return answer(call, shipped_version_view(shipped, library.catalog.inspected(shipped)), fields=fields)

    @router.get(
        "/templates/{template_id}/versions/{number}/zip",
        response_class=Response,
        responses={
            **errors_documented(404),
            200: {"content": {"application/zip": {}}, "description": "The files of the version, as a zip."},
        },
        summary="The files of a version",
        operation_id="get_template_zip",
    )
    async def get_template_zip(template_id: UUID, number: int, call: ViewerCall) -> Response:
        """As they were uploaded; the same bytes each time."""
        content = packed(await library.files(call.tenant, str(template_id), number))
        return Response(content, media_type="application/zip")


async def _named(library: Library, call: Call, name: str, status: str | None) -> list[TemplateView]:
    """What there is of a name: a template that comes with the program, and one of the organisation."""
    shipped = [shipped_view(each) for each in library.catalog.shipped() if each.name == name]
    question = Question(where={"deleted": False, "name": name})
    found = await library.ledger.documents.find(call.tenant, TEMPLATE_LIST, question)
    rows = [*shipped, *(row_view(each.key, each.body) for each in found.documents)]
    return [each for each in rows if status in {None, each.status}]


async def _page(
    library: Library, call: Call, page: Paging, status: str | None
) -> tuple[list[TemplateView], PageMark | None]:
    """A page that may begin among the shipped templates and go on among those of the organisation."""
    shipped = [shipped_view(each) for each in library.catalog.shipped()] if status in {None, "valid"} else []
    begun, limit, cursor = len(shipped), page.limit, page.cursor
    if cursor == "" or cursor.startswith(SHIPPED):
        text = cursor.removeprefix(SHIPPED)
        begun, cursor = min(int(text) if text.isdigit() else 0, len(shipped)), PageMark("")
    first: list[TemplateView] = [*shipped[begun : begun + limit]]
    if begun + len(first) < len(shipped) or len(first) == limit:
        return first, PageMark(f"{SHIPPED}{begun + len(first)}")
    rest = Paging(cursor, limit - len(first), page.sort, page.descending)
    question = rest.question(sorts=SORTS, default="name", deleted=False, status=status)
    found = await library.ledger.documents.find(call.tenant, TEMPLATE_LIST, question)
    return [*first, *(row_view(each.key, each.body) for each in found.documents)], found.next
