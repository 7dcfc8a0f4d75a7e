"""What people and the parts of the system want of repositories, deployments and installations."""

from datetime import datetime
from typing import Literal

import msgspec

from skafu.contexts.github.domain.words import LeftOut, Protection, Provider, Sighting, Step
from skafu.kernel.events import Command


class ForRepository(Command, frozen=True):
    """A command to the repository with this id of ours."""

    repository_id: str


class RequestRepository(ForRepository, frozen=True):
    """Have a repository made at a host, and push a tree of files to it when `tree_id` is set."""

    project_id: str
    name: str
    provider: Provider = "local"
    owner: str = ""
    private: bool = True
    description: str = ""
    tree_id: str = ""


class RecordRepositoryCreated(ForRepository, frozen=True):
    """The host has it."""

    remote_id: str
    address: str
    clone_address: str
    branch: str


class RecordRepositoryFailed(ForRepository, frozen=True):
    """A step went wrong for good."""

    step: Step
    code: str
    message: str
    fix: str = ""


class PushTree(ForRepository, frozen=True):
    """Make a tree of files the next commit of the main branch."""

    tree_id: str
    message: str


class RecordTreePushed(ForRepository, frozen=True):
    """The main branch holds a tree."""

    tree_id: str
    commit: str
    changed: int


class ConfigureRepository(ForRepository, frozen=True):
    """Protect the main branch and set variables."""

    protection: Protection | None = None
    variables: dict[str, str] = msgspec.field(default_factory=dict)


class RecordRepositoryConfigured(ForRepository, frozen=True):
    """What became of a configuration."""

    protected: bool
    variables: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


class RecordSecretConfigured(ForRepository, frozen=True):
    """The host has a secret of this name."""

    name: str


class RemoveRepository(ForRepository, frozen=True):
    """Take back a repository that we made, if it holds nothing but our commits."""

    reason: str


class RecordRepositoryRemoved(ForRepository, frozen=True):
    """It is gone."""


class RecordRepositoryKept(ForRepository, frozen=True):
    """It had to stay."""

    reason: str


class OpenPullRequest(ForRepository, frozen=True):
    """Propose a tree of files as a change of the main branch."""

    pull_request_id: str
    tree_id: str
    title: str
    body: str


class RecordPullRequestOpened(ForRepository, frozen=True):
    """The host has it."""

    pull_request_id: str
    number: int
    address: str
    branch: str
    commit: str


class RecordPullRequestFailed(ForRepository, frozen=True):
    """It could not be opened."""

    pull_request_id: str
    code: str
    message: str
    fix: str = ""


class RecordPullRequestSeen(ForRepository, frozen=True):
    """What the host says of a pull request, which may be old news."""

    number: int
    now: Literal["open", "merged", "closed"]
    seen_at: datetime
    merge_commit: str = ""


class ForDeployment(Command, frozen=True):
    """A command to the deployment with this id of ours."""

    deployment_id: str


class TriggerWorkflow(ForDeployment, frozen=True):
    """Start a workflow of a repository."""

    repository_id: str
    project_id: str
    workflow: str
    ref: str
    inputs: dict[str, str] = msgspec.field(default_factory=dict)
    environment: str = ""


class RecordWorkflowTriggered(ForDeployment, frozen=True):
    """The host runs it."""

    run_id: int
    address: str


class FollowDeployment(ForDeployment, frozen=True):
    """Follow a deployment that was started at the host."""

    repository_id: str
    project_id: str
    number: int
    environment: str


class RecordSighting(ForDeployment, frozen=True):
    """What the host says of a run or deployment, which may be old news."""

    sighting: Sighting


class RecordDeploymentLost(ForDeployment, frozen=True):
    """It could not be started or followed any further."""

    code: str
    message: str
    fix: str = ""


class ForInstallation(Command, frozen=True):
    """A command to the installation with this id of GitHub's."""

    installation_id: int


class ConnectInstallation(ForInstallation, frozen=True):
    """An organisation has shown that it is theirs."""

    org_id: str
    account: str
    account_kind: str
    permissions: dict[str, str]


class RecordInstallationSuspended(ForInstallation, frozen=True):
    """GitHub says that nobody may use it."""

    seen_at: datetime


class RecordInstallationResumed(ForInstallation, frozen=True):
    """GitHub says that it may be used."""

    seen_at: datetime


class DisconnectInstallation(ForInstallation, frozen=True):
    """It is taken away: by the organisation, or by people at GitHub when `org_id` is empty."""

    org_id: str
    reason: str
