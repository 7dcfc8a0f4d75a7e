"""The read models: repositories, pull requests, deployments and installations, as lists show them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from skafu.contexts.github.domain import events as e
from skafu.kernel.events import Event
from skafu.storage import Body, Collection
from skafu.storage.projections import Projection, Recorded

REPOSITORIES: Final = Collection("github-repositories", (("created_at",), ("project_id", "created_at"), ("remote",)))
PULL_REQUESTS: Final = Collection(
    "github-pull-requests", (("created_at",), ("project_id", "created_at"), ("repository_id", "created_at"))
)
DEPLOYMENTS: Final = Collection(
    "github-deployments",
    (("created_at",), ("project_id", "created_at"), ("repository_id", "created_at"), ("remote",)),
)
INSTALLATIONS: Final = Collection("github-installations", (("org_id", "account"),))

Changes = Mapping[type[Event], Callable[[Any], dict[str, object]]]
"""What each kind of event changes in a row; the first kind of each row begins it."""


def run_key(repository_id: str, run_id: int) -> str:
    """How a run of a workflow is found among the deployments."""
    return f"{repository_id}/run/{run_id}"


def deployment_key(repository_id: str, number: int) -> str:
    """How a deployment of the host is found among the deployments."""
    return f"{repository_id}/deployment/{number}"


def _keys(changes: Changes, field: str) -> Callable[[Recorded], Sequence[str]]:
    def keys(event: Recorded) -> Sequence[str]:
        return [str(getattr(event.event, field))] if type(event.event) in changes else []

    return keys


def _fold(changes: Changes, begins: tuple[type[Event], ...]) -> Callable[[Body | None, Recorded], Body | None]:
    def fold(before: Body | None, event: Recorded) -> Body | None:
        if before is None and not isinstance(event.event, begins):
            return None
        moment = event.recorded_at.isoformat()
        row = dict(before) if before is not None else {"created_at": moment}
        return row | changes[type(event.event)](event.event) | {"updated_at": moment}

    return fold


def _asked(event: e.RepositoryRequested) -> dict[str, object]:
    names = ("project_id", "provider", "owner", "name", "private")
    return {name: getattr(event, name) for name in names} | {
        "state": "wanted",
        "address": "",
        "commit": "",
        "problem": "",
    }


def _problem(event: e.RepositoryFailed) -> dict[str, object]:
    problem: dict[str, object] = {"problem": event.message}
    return problem | {"state": "unmade"} if event.step == "create" else problem


_REPOSITORY: Changes = {
    e.RepositoryRequested: _asked,
    e.RepositoryCreated: lambda event: {
        "state": "standing",
        "address": event.address,
        "problem": "",
        "remote": f"{event.provider}:{event.remote_id}",
    },
    e.RepositoryFailed: _problem,
    e.TreePushed: lambda event: {"commit": event.commit, "problem": ""},
    e.RepositoryConfigured: lambda event: {"protected": event.protected},
    e.RepositoryRemovalRequested: lambda _: {"state": "leaving"},
    e.RepositoryRemoved: lambda _: {"state": "removed"},
    e.RepositoryKept: lambda event: {"state": "kept", "problem": event.reason},
}

_PULL_REQUEST: Changes = {
    e.PullRequestRequested: lambda event: {
        "project_id": event.project_id,
        "repository_id": event.repository_id,
        "title": event.title,
        "state": "requested",
        "number": 0,
        "address": "",
        "problem": "",
    },
    e.PullRequestOpened: lambda event: {"state": "open", "number": event.number, "address": event.address},
    e.PullRequestFailed: lambda event: {"state": "failed", "problem": event.message},
    e.PullRequestMerged: lambda _: {"state": "merged"},
    e.PullRequestClosed: lambda _: {"state": "closed"},
    e.PullRequestReopened: lambda _: {"state": "open"},
}


def _deployment(event: e.OfDeployment, environment: str, workflow: str = "") -> dict[str, object]:
    return {
        "project_id": event.project_id,
        "repository_id": event.repository_id,
        "environment": environment,
        "workflow": workflow,
        "state": "waiting",
        "attempt": 1,
        "address": "",
        "problem": "",
    }


_DEPLOYMENT: Changes = {
    e.WorkflowRequested: lambda event: _deployment(event, event.environment, event.workflow),
    e.WorkflowTriggered: lambda event: (
        _deployment(event, event.environment, event.workflow)
        | {"address": event.address, "run_id": event.run_id, "remote": run_key(event.repository_id, event.run_id)}
    ),
    e.DeploymentFollowed: lambda event: (
        _deployment(event, event.environment) | {"remote": deployment_key(event.repository_id, event.number)}
    ),
    e.DeploymentStarted: lambda event: _news(event, "running") | {"problem": ""},
    e.DeploymentCompleted: lambda event: _news(event, "succeeded") | {"problem": ""},
    e.DeploymentFailed: lambda event: _news(event, "failed") | {"problem": event.message},
}


def _news(event: e.DeploymentStarted | e.DeploymentCompleted | e.DeploymentFailed, state: str) -> dict[str, object]:
    address = {"address": event.address} if event.address else {}
    return {"state": state, "attempt": event.attempt} | address


_INSTALLATION: Changes = {
    e.InstallationConnected: lambda event: {
        "installation_id": event.installation_id,
        "org_id": event.org_id,
        "account": event.account.lower(),
        "name": event.account,
        "kind": event.account_kind,
        "permissions": event.permissions,
        "state": "connected",
    },
    e.InstallationSuspended: lambda _: {"state": "suspended"},
    e.InstallationResumed: lambda _: {"state": "connected"},
    e.InstallationDisconnected: lambda _: {"state": "disconnected"},
}


def _installation_fold(before: Body | None, event: Recorded) -> Body | None:
    if isinstance(event.event, e.InstallationDisconnected):
        return None
    return _fold(_INSTALLATION, (e.InstallationConnected,))(before, event)


PROJECTIONS: Final = (
    Projection(
        "github-repositories",
        REPOSITORIES,
        _keys(_REPOSITORY, "repository_id"),
        _fold(_REPOSITORY, (e.RepositoryRequested,)),
    ),
    Projection(
        "github-pull-requests",
        PULL_REQUESTS,
        _keys(_PULL_REQUEST, "pull_request_id"),
        _fold(_PULL_REQUEST, (e.PullRequestRequested,)),
    ),
    Projection(
        "github-deployments",
        DEPLOYMENTS,
        _keys(_DEPLOYMENT, "deployment_id"),
        _fold(_DEPLOYMENT, (e.WorkflowRequested, e.WorkflowTriggered, e.DeploymentFollowed)),
    ),
    Projection("github-installations", INSTALLATIONS, _keys(_INSTALLATION, "installation_id"), _installation_fold),
)
