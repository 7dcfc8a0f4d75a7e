"""Routes of pull requests, workflows and deployments."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.github.api.repository_routes import SORTS, ProjectFilter, RepositoryDesk
from skafu.contexts.github.api.schemas import (
    DeploymentOut,
    DeploymentRow,
    DeploymentToFollow,
    NewPullRequest,
    NewRun,
    PullRequestBegun,
    PullRequestOut,
)
from skafu.contexts.github.api.views import deployment_out, deployment_row, pull_request_row
from skafu.contexts.github.application.projections import DEPLOYMENTS, PULL_REQUESTS
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain.repository_states import Standing
from skafu.kernel.errors import NotFound
from skafu.kernel.events import Command
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages

DEPLOYMENTS_AT = "/api/v1/deployments"
PULL_REQUESTS_AT = "/api/v1/pull-requests"


class DeploymentUnknown(NotFound):
    """There is no deployment with this id."""


class PullRequestUnknown(NotFound):
    """There is no pull request with this id."""


def add_pull_request_routes(routes: APIRouter, desk: RepositoryDesk) -> None:
    """Routes of pull requests."""
    _propose(routes, desk)
    _list_pull_requests(routes, desk)
    _look_at_pull_request(routes, desk)


def add_deployment_routes(routes: APIRouter, desk: RepositoryDesk) -> None:
    """Routes of workflows and deployments."""
    _dispatch(routes, desk)
    _follow(routes, desk)
    _list_deployments(routes, desk)
    _look_at_deployment(routes, desk)


def _propose(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.post(
        "/repositories/{repository_id}/pull-requests",
        summary="Propose a change",
        status_code=202,
        response_model=Answer[PullRequestBegun],
        responses=errors_documented(404, 409, 412),
    )
    async def open_pull_request(
        repository_id: UUID, body: NewPullRequest, call: DeveloperCall, if_match: IfMatch
    ) -> Response:
        """Propose a tree of files as a change of the main branch, upon our last commit: others' work stays."""
        await desk.reach.standing(call.tenant, str(repository_id))
        await desk.check_tree(call, body.tree_id)
        identifier = str(call.id_for("pull request"))
        command = c.OpenPullRequest(str(repository_id), identifier, body.tree_id, body.title, body.body)
        outcome = await desk.reach.ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_match
        )
        known = outcome.state.pull_request(identifier) if isinstance(outcome.state, Standing) else None
        if known is None:
            raise PullRequestUnknown(f"there is no pull request {identifier}")
        shown = PullRequestBegun(id=identifier, repository_id=str(repository_id), state=known.now, number=known.number)
        return answer(call, shown, status=202, location=f"{PULL_REQUESTS_AT}/{identifier}")


def _list_pull_requests(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/pull-requests",
        summary="List pull requests",
        response_model=Listing[PullRequestOut],
        responses=errors_documented(),
    )
    async def list_pull_requests(
        call: ViewerCall, page: Pages, fields: Fields, project_id: ProjectFilter = None
    ) -> Response:
        """Our pull requests in the repositories of the organisation, the newest first."""
        question = page.question(sorts=SORTS, default="-created_at", project_id=project_id)
        found = await desk.reach.ledger.documents.find(call.tenant, PULL_REQUESTS, question)
        rows = [pull_request_row(each) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _look_at_pull_request(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/pull-requests/{pull_request_id}",
        summary="Look at a pull request",
        response_model=Answer[PullRequestOut],
        responses=errors_documented(404),
    )
    async def get_pull_request(pull_request_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """A pull request of ours, as the read model has it."""
        found = await desk.reach.ledger.documents.get(call.tenant, PULL_REQUESTS, [str(pull_request_id)])
        if str(pull_request_id) not in found:
            raise PullRequestUnknown(f"there is no pull request {pull_request_id}")
        return answer(call, pull_request_row(found[str(pull_request_id)]), fields=fields)


def _dispatch(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.post(
        "/repositories/{repository_id}/workflow-runs",
        summary="Start a workflow",
        status_code=202,
        response_model=Answer[DeploymentOut],
        responses=errors_documented(404, 409),
    )
    async def trigger_workflow(repository_id: UUID, body: NewRun, call: DeveloperCall) -> Response:
        """Start a workflow of a repository and follow it. It runs at the host, with the rights that it has there."""
        _, _, there = await desk.reach.standing(call.tenant, str(repository_id))
        command = c.TriggerWorkflow(
            str(call.id_for("deployment")),
            str(repository_id),
            there.wish.project_id,
            body.workflow,
            body.ref,
            dict(body.inputs),
            body.environment,
        )
        return await _begun(desk, call, command)


def _follow(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.post(
        "/repositories/{repository_id}/deployments",
        summary="Follow a deployment",
        status_code=202,
        response_model=Answer[DeploymentOut],
        responses=errors_documented(404, 409),
    )
    async def follow_deployment(repository_id: UUID, body: DeploymentToFollow, call: DeveloperCall) -> Response:
        """Follow a deployment that somebody started at the host. Skafu itself deploys nothing."""
        _, _, there = await desk.reach.standing(call.tenant, str(repository_id))
        command = c.FollowDeployment(
            str(call.id_for("deployment")), str(repository_id), there.wish.project_id, body.number, body.environment
        )
        return await _begun(desk, call, command)


async def _begun(desk: RepositoryDesk, call: Call, command: Command) -> Response:
    outcome = await desk.reach.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
    shown = deployment_out(outcome.state)
    if shown is None:
        raise DeploymentUnknown("there is no such deployment")
    return answer(call, shown, status=202, version=outcome.version, location=f"{DEPLOYMENTS_AT}/{shown.id}")


def _list_deployments(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/deployments",
        summary="List deployments",
        response_model=Listing[DeploymentRow],
        responses=errors_documented(),
    )
    async def list_deployments(
        call: ViewerCall, page: Pages, fields: Fields, project_id: ProjectFilter = None
    ) -> Response:
        """The runs and deployments that are followed, the newest first."""
        question = page.question(sorts=SORTS, default="-created_at", project_id=project_id)
        found = await desk.reach.ledger.documents.find(call.tenant, DEPLOYMENTS, question)
        rows = [deployment_row(each) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _look_at_deployment(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/deployments/{deployment_id}",
        summary="Look at a deployment",
        response_model=Answer[DeploymentOut],
        responses=errors_documented(404),
    )
    async def get_deployment(deployment_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """A deployment as it stands."""
        state, version = await desk.reach.deployment(call.tenant, str(deployment_id))
        shown = deployment_out(state)
        if shown is None:
            raise DeploymentUnknown(f"there is no deployment {deployment_id}")
        return answer(call, shown, version=version, fields=fields)
