"""What has happened to repositories, pull requests, deployments and installations. No secret stands in an event."""

from datetime import datetime

from skafu.contexts.github.domain.words import LeftOut, Protection, Provider, Step
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event


class OfRepository(Event, frozen=True):
    """Something happened to the repository of a project.

    Attributes:
        repository_id: our id of it.
        project_id: whose repository it is; opaque here.
    """

    repository_id: str
    project_id: str


class RepositoryRequested(OfRepository, frozen=True):
    """A repository is wanted, with a tree of files to begin with when `tree_id` is set."""

    provider: Provider
    owner: str
    name: str
    private: bool
    description: str
    tree_id: str


class RepositoryCreated(OfRepository, frozen=True):
    """The host has it. `remote_id` is the host's own id, which stays when it is renamed."""

    provider: Provider
    owner: str
    name: str
    remote_id: str
    address: str
    clone_address: str
    branch: str


class RepositoryFailed(OfRepository, frozen=True):
    """A step went wrong for good: which, with what code, what happened, and what people can do."""

    step: Step
    code: str
    message: str
    fix: str


class TreePushRequested(OfRepository, frozen=True):
    """A tree of files is to become the next commit of the main branch."""

    tree_id: str
    message: str


class TreePushed(OfRepository, frozen=True):
    """The main branch holds the tree, as one commit. `changed` counts the files that differ from the commit before."""

    tree_id: str
    commit: str
    branch: str
    changed: int


class RepositoryConfigurationRequested(OfRepository, frozen=True):
    """The main branch is to be protected, and variables to be set: roles for OIDC and regions, nothing secret."""

    protection: Protection | None
    variables: dict[str, str]


class RepositoryConfigured(OfRepository, frozen=True):
    """It is configured, apart from what the host does not offer here."""

    protected: bool
    variables: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


class SecretConfigured(OfRepository, frozen=True):
    """The repository holds a secret of this name. Its value went to the host sealed, and rests nowhere else."""

    name: str


class RepositoryRemovalRequested(OfRepository, frozen=True):
    """It is to go. `unsure`: whether its creation may still be under way at the host."""

    reason: str
    unsure: bool = False


class RepositoryRemoved(OfRepository, frozen=True):
    """It is gone, or was never there."""


class RepositoryKept(OfRepository, frozen=True):
    """It was to go, but holds what is not ours; it stays at its host and on record here."""

    reason: str
    address: str = ""


class OfPullRequest(OfRepository, frozen=True):
    """Something happened to a pull request of ours."""

    pull_request_id: str


class PullRequestRequested(OfPullRequest, frozen=True):
    """A tree of files is proposed as a change, with words for people."""

    tree_id: str
    title: str
    body: str


class PullRequestOpened(OfPullRequest, frozen=True):
    """The host has it; `commit` holds the proposed tree."""

    number: int
    address: str
    branch: str
    commit: str


class PullRequestFailed(OfPullRequest, frozen=True):
    """It could not be opened."""

    code: str
    message: str
    fix: str


class PullRequestMerged(OfPullRequest, frozen=True):
    """People took the change; `seen_at` is the host's time."""

    number: int
    merge_commit: str
    seen_at: datetime


class PullRequestClosed(OfPullRequest, frozen=True):
    """People closed it without taking the change."""

    number: int
    seen_at: datetime


class PullRequestReopened(OfPullRequest, frozen=True):
    """People opened it again."""

    number: int
    seen_at: datetime


class OfDeployment(OfRepository, frozen=True):
    """Something happened to a run of a workflow, or to a deployment."""

    deployment_id: str


class WorkflowRequested(OfDeployment, frozen=True):
    """A workflow is to be started."""

    workflow: str
    ref: str
    inputs: dict[str, str]
    environment: str = ""


class WorkflowTriggered(OfDeployment, frozen=True):
    """The host runs the workflow; `run_id` is its own id."""

    workflow: str
    run_id: int
    address: str
    environment: str = ""


class DeploymentFollowed(OfDeployment, frozen=True):
    """A deployment that somebody started at the host is followed; `number` is the host's own id."""

    number: int
    environment: str


class DeploymentStarted(OfDeployment, frozen=True):
    """It runs."""

    environment: str
    attempt: int
    address: str
    commit: str
    seen_at: datetime


class DeploymentCompleted(OfDeployment, frozen=True):
    """It ended well, as its host says."""

    environment: str
    attempt: int
    address: str
    commit: str
    seen_at: datetime


class DeploymentFailed(OfDeployment, frozen=True):
    """It ended badly, could not be started, or was lost from sight: the code says which."""

    environment: str
    attempt: int
    code: str
    message: str
    fix: str
    address: str = ""
    seen_at: datetime | None = None


class OfInstallation(Event, frozen=True):
    """Something happened to an installation of the GitHub App. `installation_id` is GitHub's, `org_id` whose it is."""

    installation_id: int
    org_id: str


class InstallationConnected(OfInstallation, frozen=True):
    """An organisation has shown that the installation is theirs."""

    account: str
    account_kind: str
    permissions: dict[str, str]


class InstallationSuspended(OfInstallation, frozen=True):
    """GitHub lets nobody use it for now."""

    seen_at: datetime


class InstallationResumed(OfInstallation, frozen=True):
    """It can be used again."""

    seen_at: datetime


class InstallationDisconnected(OfInstallation, frozen=True):
    """It is gone: people took it away here or at GitHub."""

    reason: str


_ALL: tuple[type[Event], ...] = (
    RepositoryRequested,
    RepositoryCreated,
    RepositoryFailed,
    TreePushRequested,
    TreePushed,
    RepositoryConfigurationRequested,
    RepositoryConfigured,
    SecretConfigured,
    RepositoryRemovalRequested,
    RepositoryRemoved,
    RepositoryKept,
    PullRequestRequested,
    PullRequestOpened,
    PullRequestFailed,
    PullRequestMerged,
    PullRequestClosed,
    PullRequestReopened,
    WorkflowRequested,
    WorkflowTriggered,
    DeploymentFollowed,
    DeploymentStarted,
    DeploymentCompleted,
    DeploymentFailed,
    InstallationConnected,
    InstallationSuspended,
    InstallationResumed,
    InstallationDisconnected,
)

EVENT_TYPES = EventTypes(*(EventType(each, f"github.{each.__name__}") for each in _ALL))
