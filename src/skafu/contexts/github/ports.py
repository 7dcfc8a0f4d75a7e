"""What the context needs from outside: a host for repositories, the trees to push, and GitHub's word on installations.

A call says where: a `Remote`. Each effect carries what it belongs to, so that who repeats it finds it done.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from skafu.contexts.github.domain.words import LeftOut, Protection, Provider, Sighting
from skafu.kernel.errors import Conflict, Refused, Unavailable
from skafu.kernel.identity import TenantId
from skafu.scaffold import File

FileContent = File
"""One file: its bytes, whether it is executable, or the target of a symbolic link."""

Files = Mapping[str, FileContent]
"""Files by their path, relative, with slashes."""


class NameTaken(Conflict):
    """The host has a repository of this name that is not ours."""


class HeadMoved(Conflict):
    """Somebody else pushed first."""


class NotOffered(Refused):
    """The host does not offer this here."""


class HostBusy(Unavailable):
    """The host asks for patience.

    Attributes:
        seconds: how long.
    """

    def __init__(self, message: str, seconds: float) -> None:
        """Say how long to wait."""
        super().__init__(message, fix="wait; it is tried again by itself")
        self.seconds = seconds


class HostDenies(Refused):
    """The host does not let us: a permission is missing, or the installation is gone."""


class Secret:
    """A value that nobody may see: it shows itself nowhere, and is asked for by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hide a value."""
        self._value = value

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        """Show nothing."""
        return "Secret(...)"


class Remote(msgspec.Struct, frozen=True):
    """Where a repository stands.

    Attributes:
        tenant: whose it is.
        owner: the account at the host; empty for local ones.
        name: its name there.
        repository_id: our id of it, by which the host's repository is known to be ours.
        installation: GitHub's number of the installation that may do this; 0 for local ones.
    """

    tenant: TenantId
    owner: str
    name: str
    repository_id: str
    installation: int = 0


class Hosted(msgspec.Struct, frozen=True):
    """A repository as its host has it."""

    remote_id: str
    address: str
    clone_address: str
    branch: str


class Commit(msgspec.Struct, frozen=True):
    """What a tree is committed with.

    Attributes:
        message: the words; the host adds the trailer with our id of the repository.
        at: when; the same whenever it is repeated, so that the commit is the same.
        upon: the commit before; empty for the first.
    """

    message: str
    at: datetime
    upon: str = ""


class Pushed(msgspec.Struct, frozen=True):
    """What was pushed; `changed` counts the files that differ from the commit before."""

    commit: str
    changed: int


class Proposal(msgspec.Struct, frozen=True):
    """A change as people will see it; `branch` holds it."""

    branch: str
    title: str
    body: str
    commit: Commit


class Opened(msgspec.Struct, frozen=True):
    """A pull request as its host has it."""

    number: int
    address: str
    commit: str


class PullRequestSeen(msgspec.Struct, frozen=True):
    """Where a pull request stands."""

    now: Literal["open", "merged", "closed"]
    seen_at: datetime
    merge_commit: str = ""


class Run(msgspec.Struct, frozen=True):
    """A run that was started, by its number at the host."""

    run_id: int
    address: str


class Dispatch(msgspec.Struct, frozen=True):
    """A workflow that is to be started; runs since `asked_at` that are not `known` are taken for it."""

    workflow: str
    ref: str
    inputs: Mapping[str, str]
    asked_at: datetime
    known: frozenset[int] = frozenset()


class Removal(msgspec.Struct, frozen=True):
    """Whether a repository is gone, and if not, why it had to stay, and whether it is ours at all."""

    gone: bool
    reason: str = ""
    ours: bool = True


class Repositories(Protocol):
    """Makes repositories and takes them back."""

    async def create(self, remote: Remote, *, private: bool, description: str) -> Hosted:
        """Make an empty repository; one that we made for the same id is taken as it is.

        Raises:
            NameTaken: one of this name is there and not ours.
            HostDenies: we may not.
            Unavailable: the host does not answer.
        """

    async def find(self, remote: Remote) -> Hosted | None:
        """The repository, whoever made it; none when there is none of this name.

        Raises:
            Unavailable: the host does not answer.
        """

    async def remove(self, remote: Remote) -> Removal:
        """Take back a repository that we made and that holds nothing but our commits; one that is gone is gone.

        Raises:
            HostDenies: we may not.
            Unavailable: the host does not answer.
        """


class Contents(Protocol):
    """Puts trees of files into repositories."""

    async def push(self, remote: Remote, branch: str, files: Files, commit: Commit) -> Pushed:
        """Make files the one next commit of a branch; when they are there already, nothing happens.

        Raises:
            HeadMoved: the branch holds something else than the commit before.
            Unavailable: the host does not answer, or did not keep the files as they are.
        """


class PullRequests(Protocol):
    """Proposes changes."""

    async def open(self, remote: Remote, base: str, files: Files, proposal: Proposal) -> Opened:
        """Propose files as a change of a branch; a proposal on the same branch is taken as it is.

        Raises:
            HeadMoved: the branch of the proposal holds something else.
            Unavailable: the host does not answer.
        """

    async def look(self, remote: Remote, number: int) -> PullRequestSeen:
        """Where a pull request stands.

        Raises:
            NotFound: there is none of this number.
            Unavailable: the host does not answer.
        """


class Configuration(Protocol):
    """Guards branches, and keeps variables and secrets for workflows."""

    async def protect(self, remote: Remote, branch: str, protection: Protection) -> LeftOut | None:
        """Guard a branch; gives what the host does not offer here.

        Raises:
            Unavailable: the host does not answer.
        """

    async def set_variable(self, remote: Remote, name: str, value: str) -> LeftOut | None:
        """Set a variable that workflows can read; gives what the host does not offer here.

        Raises:
            Unavailable: the host does not answer.
        """

    async def set_secret(self, remote: Remote, name: str, value: Secret) -> None:
        """Set a secret that workflows can read.

        Raises:
            NotOffered: the host keeps no secrets.
            Unavailable: the host does not answer.
        """


class Workflows(Protocol):
    """Starts workflows, and sees how they and deployments go."""

    async def dispatch(self, remote: Remote, dispatch: Dispatch) -> Run:
        """Start a workflow, or find the run that an earlier try has started.

        Raises:
            NotOffered: the host runs no workflows.
            NotFound: there is no such workflow, or it can't be started by hand.
            Unavailable: the host does not answer.
        """

    async def look_at_run(self, remote: Remote, run_id: int) -> Sighting:
        """How a run goes.

        Raises:
            NotOffered: the host runs no workflows.
            NotFound: there is no such run.
            Unavailable: the host does not answer.
        """

    async def look_at_deployment(self, remote: Remote, number: int) -> Sighting:
        """How a deployment goes.

        Raises:
            NotOffered: the host knows no deployments.
            NotFound: there is no such deployment.
            Unavailable: the host does not answer.
        """


class Host(msgspec.Struct, frozen=True):
    """All that one host offers."""

    repositories: Repositories
    contents: Contents
    pull_requests: PullRequests
    configuration: Configuration
    workflows: Workflows


Hosts = Mapping[Provider, Host]
"""The hosts of this installation; github is missing when no GitHub App is set up."""


class Trees(Protocol):
    """Gives the trees of files that projects have."""

    async def files(self, tenant: TenantId, tree_id: str, /) -> Files:
        """The files of a tree.

        Raises:
            NotFound: the tenant has no such tree.
        """


class InstallationSeen(msgspec.Struct, frozen=True):
    """An installation as GitHub shows it to somebody who has access to it."""

    installation_id: int
    account: str
    account_kind: str
    permissions: dict[str, str]


class Installations(Protocol):
    """GitHub's word on who has which installation of the App."""

    def address(self, state: str, /) -> str:
        """Where people install the App, and come back with `state`."""

    async def visible_with(self, code: str, /) -> list[InstallationSeen]:
        """The installations that the person can see who came back from GitHub with this code.

        Raises:
            Refused: GitHub does not know the code, or it was used.
            Unavailable: GitHub does not answer.
        """


class OfInstallation(msgspec.Struct, frozen=True):
    """News of an installation."""

    installation: int
    what: Literal["suspended", "resumed", "removed"]
    seen_at: datetime


class OfRun(msgspec.Struct, frozen=True):
    """News of a run of a workflow."""

    installation: int
    remote_id: int
    run_id: int
    sighting: Sighting


class OfDeployment(msgspec.Struct, frozen=True):
    """News of a deployment; `run_id` is 0 when no run of a workflow made it."""

    installation: int
    remote_id: int
    number: int
    environment: str
    run_id: int
    sighting: Sighting


class OfPullRequest(msgspec.Struct, frozen=True):
    """News of a pull request."""

    installation: int
    remote_id: int
    number: int
    seen: PullRequestSeen


News = OfInstallation | OfRun | OfDeployment | OfPullRequest
"""What a host tells by itself."""
