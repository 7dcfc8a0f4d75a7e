"""The aggregates of the context, and the streams that they stand in."""

from typing import Final

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import deployment, installation, repository
from skafu.storage.dispatching import Aggregate


def repository_stream(repository_id: str) -> str:
    """Where a repository stands."""
    return f"repository-{repository_id}"


def deployment_stream(deployment_id: str) -> str:
    """Where a deployment stands."""
    return f"deployment-{deployment_id}"


def installation_stream(installation_id: int) -> str:
    """Where an installation stands: among what belongs to no organisation, so that none can be claimed twice."""
    return f"installation-{installation_id}"


REPOSITORY: Final = Aggregate(
    repository,
    (
        c.RequestRepository,
        c.RecordRepositoryCreated,
        c.RecordRepositoryFailed,
        c.PushTree,
        c.RecordTreePushed,
        c.ConfigureRepository,
        c.RecordRepositoryConfigured,
        c.RecordSecretConfigured,
        c.RemoveRepository,
        c.RecordRepositoryRemoved,
        c.RecordRepositoryKept,
        c.OpenPullRequest,
        c.RecordPullRequestOpened,
        c.RecordPullRequestFailed,
        c.RecordPullRequestSeen,
    ),
    lambda command: repository_stream(command.repository_id),
)

DEPLOYMENT: Final = Aggregate(
    deployment,
    (
        c.TriggerWorkflow,
        c.RecordWorkflowTriggered,
        c.FollowDeployment,
        c.RecordSighting,
        c.RecordDeploymentLost,
    ),
    lambda command: deployment_stream(command.deployment_id),
)

INSTALLATION: Final = Aggregate(
    installation,
    (
        c.ConnectInstallation,
        c.RecordInstallationSuspended,
        c.RecordInstallationResumed,
        c.DisconnectInstallation,
    ),
    lambda command: installation_stream(command.installation_id),
)

AGGREGATES: Final = (REPOSITORY, DEPLOYMENT, INSTALLATION)
