"""Routes that warn of templates, and that take them away."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.template.api.schemas import DeprecateBody, TemplateReasonBody, WholeTemplateView
from skafu.contexts.template.api.views import template_view
from skafu.contexts.template.application.library import Library, TemplateIsShipped
from skafu.contexts.template.domain.commands import DeprecateTemplate
from skafu.web_api.calls import AdminCall, DeveloperCall, IfMatch
from skafu.web_api.envelope import Answer, answer, errors_documented


def changing_routes(router: APIRouter, library: Library) -> None:
    """Add the routes."""

    @router.post(
        "/templates/{template_id}/deprecate",
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(404, 409, 412),
        summary="Warn of a template",
        operation_id="deprecate_template",
    )
    async def deprecate_template(
        template_id: UUID, body: DeprecateBody, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """It can still be chosen; the reason and the successor are shown with it."""
        _refuse_shipped(library, template_id)
        command = DeprecateTemplate(str(template_id), body.reason, body.successor)
        outcome = await library.deprecate(call.tenant, command, origin=call.origin, if_version=if_match)
        return answer(call, template_view(str(template_id), outcome.state), version=outcome.version)

    @router.post(
        "/templates/{template_id}/delete",
        response_model=Answer[WholeTemplateView],
        responses=errors_documented(404, 412),
        summary="Offer a template no more",
        operation_id="delete_template",
    )
    async def delete_template(
        template_id: UUID, body: TemplateReasonBody, call: AdminCall, if_match: IfMatch
    ) -> Response:
        """Nobody can choose it any more, and its name is free. Its files stay for the projects made from it."""
        _refuse_shipped(library, template_id)
        await library.delete(call.tenant, str(template_id), body.reason, origin=call.origin, if_version=if_match)
        template, version = await library.template(call.tenant, str(template_id))
        return answer(call, template_view(str(template_id), template), version=version)


def _refuse_shipped(library: Library, template_id: UUID) -> None:
    if library.shipped(str(template_id)) is not None:
        raise TemplateIsShipped("this template comes with Skafu", fix="nobody can change it; use another one")
