"""Routes that fill templates in, and show what came of it: a listing, one file, all as a zip."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.template.api.schemas import PreviewBody, RenderingView
from skafu.contexts.template.api.views import rendering_view
from skafu.contexts.template.application.aggregates import RENDERINGS, rendering_stream
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.domain.events import TemplateRendered
from skafu.contexts.template.domain.rendering import NoRendering
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import TenantId
from skafu.scaffold.merging.archive import unpacked
from skafu.storage.blobs import BlobId
from skafu.web_api.calls import Call, DeveloperCall, ViewerCall
from skafu.web_api.envelope import Answer, answer, errors_documented


class NoSuchFile(NotFound):
    """There is no such file in the rendered tree."""


def previewing_routes(router: APIRouter, library: Library) -> None:
    """Add the routes."""
    _rendering(router, library)
    _parts(router, library)


def _rendering(router: APIRouter, library: Library) -> None:
    @router.post(
        "/templates/{template_id}/preview",
        status_code=201,
        response_model=Answer[RenderingView],
        responses=errors_documented(404),
        summary="Fill a template in",
        operation_id="preview_template",
    )
    async def preview_template(template_id: UUID, body: PreviewBody, call: DeveloperCall) -> Response:
        """With these answers and defaults for the others. No command of the template runs."""
        await call.check_quota("storage")
        identifier = str(call.id_for("rendering"))
        wanted = (str(template_id), body.version)
        await library.render(call.tenant, identifier, wanted, body.answers, origin=call.origin)
        return await _shown(library, call, identifier, status=201)

    @router.get(
        "/templates/renderings/{rendering_id}",
        response_model=Answer[RenderingView],
        responses=errors_documented(404),
        summary="The files of a filled-in template",
        operation_id="get_rendering",
    )
    async def get_rendering(rendering_id: UUID, call: ViewerCall) -> Response:
        """Their paths and sizes, and what the template says."""
        return await _shown(library, call, str(rendering_id), status=200)


def _parts(router: APIRouter, library: Library) -> None:
    @router.get(
        "/templates/renderings/{rendering_id}/file",
        response_class=Response,
        responses={
            **errors_documented(404),
            200: {"content": {"application/octet-stream": {}}, "description": "The file as it is."},
        },
        summary="One file of a filled-in template",
        operation_id="get_rendered_file",
    )
    async def get_rendered_file(
        rendering_id: UUID,
        call: ViewerCall,
        path: Annotated[str, Query(min_length=1, max_length=4000, description="As the listing has it.")],
    ) -> Response:
        """Its content; of a link, the target."""
        rendered = await _rendered(library, call.tenant, str(rendering_id))
        tree = unpacked(await library.ledger.blobs.get(call.tenant, BlobId(rendered.tree)))
        if path not in tree:
            raise NoSuchFile(f"there is no file {path[:200]!r} in this rendering", fix="take a path of the listing")
        file = tree[path]
        content = file.content if file.link is None else file.link.encode(errors="surrogateescape")
        return Response(content, media_type="application/octet-stream")

    @router.get(
        "/templates/renderings/{rendering_id}/zip",
        response_class=Response,
        responses={
            **errors_documented(404),
            200: {"content": {"application/zip": {}}, "description": "All files, as a zip."},
        },
        summary="All files of a filled-in template",
        operation_id="get_rendered_zip",
    )
    async def get_rendered_zip(rendering_id: UUID, call: ViewerCall) -> Response:
        """The same bytes each time."""
        rendered = await _rendered(library, call.tenant, str(rendering_id))
        content = await library.ledger.blobs.get(call.tenant, BlobId(rendered.tree))
        return Response(content, media_type="application/zip")


async def _shown(library: Library, call: Call, identifier: str, *, status: int) -> Response:
    rendered = await _rendered(library, call.tenant, identifier)
    tree = unpacked(await library.ledger.blobs.get(call.tenant, BlobId(rendered.tree)))
    view = rendering_view(identifier, rendered.template_id, rendered.version, tree, rendered.notes)
    place = f"/api/v1/templates/renderings/{identifier}"
    return answer(call, view, status=status, version=1, location=place if status == 201 else None)


async def _rendered(library: Library, tenant: TenantId, identifier: str) -> TemplateRendered:
    standing = await library.ledger.commands.state(tenant, RENDERINGS, rendering_stream(identifier))
    rendered: TemplateRendered | None = standing.state.rendered
    if rendered is None:
        raise NoRendering(f"there is no rendering {identifier}")
    return rendered
