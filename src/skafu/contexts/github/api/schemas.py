"""What the routes take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr

from skafu.contexts.github.domain.words import LONGEST_BODY, Provider, Status
from skafu.web_api.envelope import Body, example

TreeId = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="The id of the archive of a tree of files.")]
Name = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$", description="The name of the repository.", examples=["bookstore"])
]
Setting = Annotated[
    str, Field(pattern="^[A-Z_][A-Z0-9_]{0,99}$", description="Not GITHUB_ at the start.", examples=["DEPLOY_ROLE_ARN"])
]


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("it is not Unicode text") from None
    return secret


Hidden = Annotated[SecretStr, AfterValidator(_encodable)]


class NewRepository(Body):
    """A repository that is wanted."""

    model_config = example({"project_id": "ef5e23bf-255c-5875-9eeb-0fc15fbea488", "name": "bookstore"})

    project_id: str = Field(min_length=1, max_length=100, description="The project that it is for.")
    name: Name
    provider: Provider = Field("local", description="Where it is to stand: a folder of this server, or GitHub.")
    owner: str = Field("", max_length=39, description="The organisation at GitHub; nothing for local ones.")
    private: bool = Field(default=True, description="Whether only members of the owner see it.")
    description: str = Field("", max_length=300, description="One line about it.")
    tree_id: TreeId | None = Field(None, description="The files that it begins with.")


class Push(Body):
    """A tree that is to become the next commit."""

    model_config = example({"tree_id": "980d08fe" * 8, "message": "Generate the bookstore"})

    tree_id: TreeId
    message: str = Field(min_length=1, max_length=1000, description="The message of the commit.")


class ProtectionIn(Body):
    """How the main branch is to be guarded."""

    checks: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        [], max_length=50, description="Checks that must pass before a merge."
    )
    approvals: int = Field(0, ge=0, le=6, description="People who must approve a pull request.")
    admins_too: bool = Field(default=False, description="Whether it holds for administrators.")


class ConfigurationIn(Body):
    """What a repository is to be set to."""

    model_config = example({"protection": {"checks": ["prove"]}, "variables": {"STAGE": "test"}})

    protection: ProtectionIn | None = Field(None, description="How the main branch is guarded; nothing leaves it.")
    variables: dict[Setting, Annotated[str, Field(max_length=10_000)]] = Field(
        {}, max_length=50, description="Variables that workflows read. Nothing secret: they can be seen."
    )


class SecretIn(Body):
    """A secret that workflows read."""

    model_config = example({"value": "a secret"})

    value: Hidden = Field(min_length=1, max_length=48_000, description="Goes to the host sealed, and is kept nowhere.")


class NewPullRequest(Body):
    """A change that is proposed."""

    model_config = example({"tree_id": "980d08fe" * 8, "title": "Orders can be cancelled"})

    tree_id: TreeId
    title: str = Field(min_length=1, max_length=200, description="What it changes.")
    body: str = Field("", max_length=LONGEST_BODY, description="Why, and the proof; Markdown.")


class NewRun(Body):
    """A workflow that is to be started."""

    model_config = example({"workflow": "deliver.yaml"})

    workflow: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}\.ya?ml$", description="Its file.", examples=["deliver.yaml"])
    ref: str = Field("main", min_length=1, max_length=200, description="The branch or tag to run it on.")
    inputs: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=5000)]] = Field(
        {}, max_length=25, description="What the workflow asks for."
    )
    environment: str = Field("", max_length=100, description="The stage that it deploys to, if it does.")


class DeploymentToFollow(Body):
    """A deployment that somebody started at the host."""

    model_config = example({"number": 42, "environment": "test"})

    number: int = Field(ge=1, le=2**53, description="The host's own id of it.")
    environment: str = Field("", max_length=100, description="The stage.")


class Connecting(Body):
    """What a person comes back with from GitHub."""

    model_config = example({"installation_id": 1234567, "code": "CODE-FROM-GITHUB", "state": "STATE-OF-THE-LINK"})

    installation_id: int = Field(ge=1, le=2**53, description="As in the address that GitHub sent the person to.")
    code: Hidden = Field(min_length=1, max_length=200, description="As there.")
    state: str = Field(min_length=1, max_length=1000, description="As there.")


class RepositoryRow(BaseModel):
    """A repository in a list."""

    id: str
    project_id: str
    provider: Provider
    owner: str
    name: str
    private: bool
    state: Literal["wanted", "unmade", "standing", "leaving", "removed", "kept"]
    address: str = Field(description="Where people find it.")
    commit: str = Field(description="The last commit of ours.")
    problem: str = Field(description="What went wrong last.")
    created_at: datetime
    updated_at: datetime


class RepositoryOut(BaseModel):
    """A repository as it stands."""

    id: str
    project_id: str
    provider: Provider
    owner: str
    name: str
    private: bool
    state: Literal["wanted", "unmade", "standing", "leaving", "removed", "kept"]
    address: str = ""
    clone_address: str = ""
    branch: str = ""
    commit: str = ""
    pushing: bool = Field(default=False, description="Whether a tree is on its way.")
    protected: bool = False
    variables: list[str] = []
    secrets: list[str] = Field([], description="The names of the secrets that were set from here.")
    problem: str = Field("", description="Why it could not be made, or why it was kept.")
    fix: str = Field("", description="What to do about it.")


class PullRequestOut(BaseModel):
    """A pull request of ours."""

    id: str
    repository_id: str
    project_id: str
    title: str
    state: Literal["requested", "open", "merged", "closed", "failed"]
    number: int = Field(description="0 until the host has it.")
    address: str
    problem: str
    created_at: datetime
    updated_at: datetime


class PullRequestBegun(BaseModel):
    """A pull request that is on its way."""

    id: str
    repository_id: str
    state: Literal["requested", "open", "merged", "closed", "failed"]
    number: int


class DeploymentRow(BaseModel):
    """A deployment in a list."""

    id: str
    repository_id: str
    project_id: str
    environment: str
    workflow: str
    state: Status
    attempt: int
    address: str
    problem: str
    created_at: datetime
    updated_at: datetime


class DeploymentOut(BaseModel):
    """A deployment, or a run of a workflow, as it stands."""

    id: str
    repository_id: str
    project_id: str
    environment: str
    workflow: str
    state: Status
    attempt: int = 1
    address: str = ""
    seen_at: datetime | None = Field(None, description="When the host last told something new.")


class InstallationOut(BaseModel):
    """An installation of the GitHub App."""

    id: int
    account: str
    kind: str
    state: Literal["connected", "suspended"]
    missing_permissions: list[str] = Field(description="What the App needs and was not given.")


class Link(BaseModel):
    """Where to go to connect an account."""

    address: str
    ends_at: datetime


class Delivery(BaseModel):
    """What became of a delivery."""

    heard: Literal["taken", "known", "ignored"]
