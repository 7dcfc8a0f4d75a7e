"""Work on workflows and deployments: start them once, and follow them where no webhook comes through."""

from collections.abc import Awaitable, Callable
from typing import Final

from skafu.contexts.github.application.doing import LIMIT, RETRIES, UNHURRIED, field_of, patient, record
from skafu.contexts.github.application.projections import DEPLOYMENTS
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.deployment import Asked, Followed, is_over
from skafu.contexts.github.domain.words import Sighting
from skafu.contexts.github.ports import Dispatch
from skafu.kernel.errors import code_of
from skafu.kernel.identity import TenantId
from skafu.storage import Query
from skafu.storage.work import GivenUp, Later, Work, WorkKind

SOONEST: Final = 10.0
LATEST: Final = 120.0
"""Seconds between two looks: often at first, less often the longer it takes."""

PATIENCE: Final = 6 * 3600.0
"""Seconds: GitHub ends a job after six hours."""

OUT_OF_PATIENCE: Final = code_of(GivenUp)
NOT_SEEN: Final = f"it was not seen to end within {PATIENCE / 3600:g} hours"

_EARLIER: Final = 200
"""Runs of a repository that are told apart from a new one."""


def deployment_work(reach: Reach) -> tuple[WorkKind, ...]:
    """The work on workflows and deployments."""
    return (
        WorkKind(
            "github.trigger_workflow",
            (e.WorkflowRequested,),
            patient(_triggering(reach)),
            _losing(reach),
            field_of("deployment_id"),
            limit_seconds=LIMIT,
            retries=RETRIES,
        ),
        WorkKind(
            "github.follow_deployment",
            (e.WorkflowTriggered, e.DeploymentFollowed, e.DeploymentStarted),
            patient(_following(reach)),
            _losing(reach),
            field_of("deployment_id"),
            cancelled_by=(e.DeploymentCompleted, e.DeploymentFailed),
            retries=UNHURRIED,
            patience_seconds=PATIENCE,
        ),
    )


def _triggering(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def trigger(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.WorkflowRequested):
            return
        state, _ = await reach.deployment(work.tenant, asked.deployment_id)
        if not isinstance(state, Asked):
            return
        host, remote, _there = await reach.standing(work.tenant, asked.repository_id)
        known = await _known_runs(reach, work.tenant, asked.repository_id)
        dispatch = Dispatch(asked.workflow, asked.ref, asked.inputs, work.event.recorded_at, known)
        run = await host.workflows.dispatch(remote, dispatch)
        await record(reach, work, c.RecordWorkflowTriggered(asked.deployment_id, run.run_id, run.address))

    return trigger


async def _known_runs(reach: Reach, tenant: TenantId, repository_id: str) -> frozenset[int]:
    """The runs that belong to other deployments."""
    query = Query(where={"repository_id": repository_id}, order=("created_at",), descending=True, limit=_EARLIER)
    found = await reach.ledger.documents.find(tenant, DEPLOYMENTS, query)
    runs = (each.body.get("run_id") for each in found.documents)
    return frozenset(each for each in runs if isinstance(each, int))


def _following(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def follow(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.OfDeployment) or (isinstance(asked, e.DeploymentStarted) and asked.attempt == 1):
            return
        state, version = await reach.deployment(work.tenant, asked.deployment_id)
        if not isinstance(state, Followed) or is_over(state):
            return
        seen = await _look(reach, work.tenant, state)
        after = await record(
            reach, work, c.RecordSighting(asked.deployment_id, seen), f"{version}:{seen.attempt}:{seen.status}"
        )
        if isinstance(after, Followed) and not is_over(after):
            raise Later(_pause(reach, work))

    return follow


async def _look(reach: Reach, tenant: TenantId, state: Followed) -> Sighting:
    subject = state.subject
    host, remote, _there = await reach.standing(tenant, subject.repository_id)
    if state.run_id:
        return await host.workflows.look_at_run(remote, state.run_id)
    return await host.workflows.look_at_deployment(remote, subject.number)


def _pause(reach: Reach, work: Work) -> float:
    age = (reach.ledger.clock() - work.event.recorded_at).total_seconds()
    return min(max(age / 10, SOONEST), LATEST)


def _losing(reach: Reach) -> Callable[[Work, GivenUp], Awaitable[None]]:
    async def gave_up(work: Work, error: GivenUp) -> None:
        identifier = field_of("deployment_id")(work.event)
        lost = c.RecordDeploymentLost(identifier, error.code, error.message, error.fix)
        if error.code == OUT_OF_PATIENCE:
            lost = c.RecordDeploymentLost(identifier, "END_NOT_SEEN", NOT_SEEN, "look at it at the host")
        await record(reach, work, lost)

    return gave_up
