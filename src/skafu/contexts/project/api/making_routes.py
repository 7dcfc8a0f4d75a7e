"""Routes that keep nothing: plan, check and generate what is sent."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from skafu.contexts.project.api.bodies import Checking, Describing
from skafu.contexts.project.api.desk import Desk, archive_answer
from skafu.contexts.project.api.file_routes import PathHere, file_answer, tree_out
from skafu.contexts.project.api.schemas import CheckOut, PlanOut, TreeOut
from skafu.contexts.project.api.views import check_out, plan_out
from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE
from skafu.contexts.project.ports import TemplateFiles
from skafu.web_api.calls import ViewerCall
from skafu.web_api.envelope import Answer, answer, errors_documented


def add_making_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes without a project."""
    _plan(routes, desk)
    _check(routes, desk)
    _generate(routes, desk)


def _plan(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/plan", summary="Plan a system", response_model=Answer[PlanOut], responses=errors_documented(503))
    async def plan_system(body: Describing, call: ViewerCall) -> Response:
        """Turn a description into a blueprint: with what it leaves open, and from which words each element comes."""
        return answer(call, plan_out(await desk.workshop.plan(body.description)))


def _check(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/check", summary="Check a blueprint", response_model=Answer[CheckOut], responses=errors_documented(503)
    )
    async def check_blueprint(body: Checking, call: ViewerCall) -> Response:
        """Say all that is wrong with a blueprint, with line, reason and fix."""
        return answer(call, check_out(await desk.workshop.check(body.blueprint)))


def _generate(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/generate",
        summary="Generate files",
        response_model=Answer[TreeOut],
        responses={
            200: {
                "description": "The list of files; with `path` one of them, and as a zip all.",
                "content": {"application/zip": {}, "text/plain": {}},
            },
            **errors_documented(404, 503),
        },
    )
    async def generate_files(
        body: Checking,
        call: ViewerCall,
        path: PathHere | None = None,
        format: Annotated[  # noqa: A002 what people expect it to be called
            Literal["tree", "zip"] | None,
            Query(description="Without it, what `Accept` says: application/zip or a list."),
        ] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Generate the files of a blueprint with the shipped template, and give their list, one of them, or all."""
        made = await desk.workshop.generate(body.blueprint, TemplateFiles(SHIPPED_TEMPLATE))
        if path is not None:
            return await file_answer(made.archive, path)
        if format == "zip" or (format is None and "application/zip" in accept):
            return archive_answer(made.archive, "project")
        return answer(call, tree_out(made.archive, 0))
