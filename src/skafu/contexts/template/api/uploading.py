"""Routes that bring versions of templates: as a zip, or from a repository."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.template.api.schemas import NAME, FetchBody, FetchVersionBody, WholeTemplateView
from skafu.contexts.template.api.uploads import DOCUMENTED, uploaded_tree
from skafu.contexts.template.api.views import template_view
from skafu.contexts.template.application.library import Library, NewVersion, TemplateIsShipped
from skafu.contexts.template.domain.commands import RequestFetch
from skafu.contexts.template.ports import Repositories
from skafu.web_api.calls import Call, DeveloperCall
from skafu.web_api.envelope import Answer, answer, errors_documented


def uploading_routes(router: APIRouter, library: Library, repositories: Repositories) -> None:
    """Add the routes."""
    _zips(router, library)
    _repositories(router, library, repositories)


def _zips(router: APIRouter, library: Library) -> None:
    @router.post(
        "/templates",
        status_code=202,
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(409, 413),
        summary="Upload a new template as a zip",
        operation_id="upload_template",
        openapi_extra=DOCUMENTED,
    )
    async def upload_template(
        call: DeveloperCall,
        name: Annotated[str, Query(min_length=1, max_length=100, pattern=NAME, description="Of the template.")],
    ) -> Response:
        """Its first version is looked into next; `status` says when it can be used."""
        files = await uploaded_tree(call.request)
        identifier = str(call.id_for("template"))
        await call.check_quota("storage", sum(len(each.content) for each in files.values()))
        await library.claim(call.tenant, name, identifier, origin=call.origin)
        return await _added(library, call, NewVersion(identifier, name, files))

    @router.post(
        "/templates/{template_id}/versions",
        status_code=202,
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(404, 413),
        summary="Upload the next version as a zip",
        operation_id="upload_template_version",
        openapi_extra=DOCUMENTED,
    )
    async def upload_template_version(template_id: UUID, call: DeveloperCall) -> Response:
        """The same files as in the newest version make no new one."""
        template = await _own(library, call, template_id)
        files = await uploaded_tree(call.request)
        await call.check_quota("storage", sum(len(each.content) for each in files.values()))
        return await _added(library, call, NewVersion(str(template_id), template, files))


def _repositories(router: APIRouter, library: Library, repositories: Repositories) -> None:
    @router.post(
        "/templates/from-repository",
        status_code=202,
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(409),
        summary="Read a new template from a git repository",
        operation_id="fetch_template",
    )
    async def fetch_template(body: FetchBody, call: DeveloperCall) -> Response:
        """Over https, from the hosts that this installation allows; `fetches` says how far it is."""
        repositories.check(body.address)
        await call.check_quota("storage")
        identifier = str(call.id_for("template"))
        await library.claim(call.tenant, body.name, identifier, origin=call.origin)
        fetch = RequestFetch(identifier, str(call.id_for("fetch")), body.name, body.address, body.at)
        return await _fetching(library, call, fetch)

    @router.post(
        "/templates/{template_id}/versions/from-repository",
        status_code=202,
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(404),
        summary="Read the next version from a git repository",
        operation_id="fetch_template_version",
    )
    async def fetch_template_version(template_id: UUID, body: FetchVersionBody, call: DeveloperCall) -> Response:
        """Over https, from the hosts that this installation allows; `fetches` says how far it is."""
        repositories.check(body.address)
        await call.check_quota("storage")
        name = await _own(library, call, template_id)
        fetch = RequestFetch(str(template_id), str(call.id_for("fetch")), name, body.address, body.at)
        return await _fetching(library, call, fetch)


async def _own(library: Library, call: Call, template_id: UUID) -> str:
    """The name of a template that the organisation may add to."""
    if library.shipped(str(template_id)) is not None:
        raise TemplateIsShipped("this template comes with Skafu", fix="upload a template of your own")
    template, _ = await library.template(call.tenant, str(template_id))
    return template.name


async def _added(library: Library, call: Call, new: NewVersion) -> Response:
    outcome = await library.add(call.tenant, new, origin=call.origin, key=call.key)
    view = template_view(new.template_id, outcome.state)
    place = f"/api/v1/templates/{new.template_id}"
    return answer(call, view, status=202, version=outcome.version, location=place)


async def _fetching(library: Library, call: Call, fetch: RequestFetch) -> Response:
    outcome = await library.ledger.commands.send(call.tenant, fetch, origin=call.origin, key=call.key)
    view = template_view(fetch.template_id, outcome.state)
    place = f"/api/v1/templates/{fetch.template_id}"
    return answer(call, view, status=202, version=outcome.version, location=place)
