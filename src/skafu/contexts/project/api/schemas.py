"""What the routes of projects take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from skafu.contexts.project.domain.names import KEBAB, LONGEST
from skafu.web_api.envelope import Body

BLUEPRINT_CHARACTERS = 1_000_000

BlueprintText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=BLUEPRINT_CHARACTERS,
        description="A blueprint: the text of a skafu.yaml.",
        examples=["skafu: 1\nname: bookstore\nservices: []\n"],
    ),
]
Message = Annotated[str, Field(max_length=1_000, description="What the revision is for, in your words.")]
Description = Annotated[str, Field(max_length=100_000, description="What the system is to do, in plain words.")]
Title = Annotated[str, Field(max_length=200, description="For people; the name without one.")]
Standing = Literal["nothing", "unproven", "not_proven", "overridden", "proven"]
ProjectId = Annotated[str, Field(description="The id of a project.")]


class WishesIn(Body):
    """What is wanted when the project is provisioned."""

    template: str = Field(default="system", min_length=1, max_length=200, description="What to generate from.")
    template_version: str = Field(default="", max_length=200, description="Of an uploaded template.")
    host: Literal["local", "github"] = Field(default="local", description="Where the repository is to stand.")
    owner: str = Field(default="", max_length=100, description="The account at GitHub.")
    private: bool = Field(default=True, description="Whether only those who are let in may see the repository.")


class NewProject(Body):
    """A project to begin."""

    name: str = Field(
        pattern=KEBAB,
        max_length=LONGEST,
        description="Unique in the organisation, and never changed.",
        examples=["bookstore"],
    )
    title: Title = ""
    description: Description = ""
    blueprint: BlueprintText | None = None
    provision: bool = Field(
        default=False,
        description="Bring it to a proven repository without being asked again: from the blueprint, or else from the "
        "description.",
    )
    wishes: WishesIn = WishesIn()


class ProjectChange(Body):
    """What is to be different; what is left out stays."""

    title: Title | None = None
    description: Description | None = None


class NewRevision(Body):
    """A blueprint to save as the next revision."""

    blueprint: BlueprintText
    message: Message = ""


class Restoring(Body):
    """An older revision to bring back."""

    message: Message = ""


class TemplateChoice(Body):
    """What the project is generated from."""

    template: str = Field(min_length=1, max_length=200, description="`system`, or the id of an uploaded template.")
    version: str = Field(default="", max_length=200, description="The version of an uploaded template.")


class GenerationOrder(Body):
    """What to generate."""

    revision: int = Field(default=0, ge=0, le=1_000_000, description="0 is the newest.")


class Overriding(Body):
    """Somebody takes over files that are not proven."""

    person: str = Field(min_length=1, max_length=200, description="Who takes them over; stays on record.")
    reason: str = Field(min_length=1, max_length=2_000, description="Why; stays on record.")


class Cancelling(Body):
    """Why a run is not wanted any more."""

    reason: str = Field(default="", max_length=500)


class Describing(Body):
    """A description to plan from."""

    description: str = Field(min_length=1, max_length=100_000, description="What the system is to do, in plain words.")


class Checking(Body):
    """A blueprint to look at."""

    blueprint: BlueprintText


class RevisionOut(BaseModel):
    """A revision of the blueprint."""

    number: int
    author: str = Field(description="The id of who wrote it.")
    message: str
    errors: int = Field(description="Errors that a check found; with any, nothing can be generated from it.")
    source: Literal["written", "planned", "restored", "recommended"]
    restored: int = Field(description="The revision that it brings back, else 0.")
    at: datetime


class RevisionTextOut(RevisionOut):
    """A revision with its text."""

    blueprint: str


class GenerationOut(BaseModel):
    """Files that were generated."""

    run_id: str
    revision: int
    files: int
    template: str
    template_version: str


class VerdictOut(BaseModel):
    """What a proof said."""

    run_id: str
    revision: int
    proven: bool
    of_present_files: bool = Field(description="Whether it is about the files that were generated last.")
    failed: list[str] = Field(description="Checks that failed.")
    reason: str
    fix: str
    taken_by: str = Field(description="Who took the files over though they are not proven.")
    taken_because: str


class PublicationOut(BaseModel):
    """Where the files were published last."""

    revision: int
    repository: str
    address: str
    branch: str
    commit: str
    pull_request: str


class DeploymentOut(BaseModel):
    """How the project stands in an environment."""

    environment: str
    deployment_id: str
    state: Literal["started", "deployed", "failed"]
    commit: str
    address: str
    reason: str


class ProjectOut(BaseModel):
    """A project as it stands, or stood at a version."""

    id: str
    name: str
    title: str
    description: str
    status: Literal["active", "archived"]
    standing: Standing = Field(description="What may be said of the files that were generated last.")
    revision: int = Field(description="The newest revision of the blueprint; 0 before the first.")
    errors: int = Field(description="Errors in the newest revision.")
    template: str
    template_version: str
    generating: str | None = Field(description="The run that generates it now.")
    proving: str | None = Field(description="The run that proves it now.")
    generation: GenerationOut | None
    trouble: str = Field(description="Why the last generation came to nothing.")
    proof: VerdictOut | None
    publication: PublicationOut | None
    configured: bool
    deployments: list[DeploymentOut]
    created_at: datetime
    version: int


class ProjectRow(BaseModel):
    """A project in a list."""

    id: str
    name: str
    title: str
    summary: str = Field(description="The beginning of its description.")
    status: Literal["active", "archived"]
    standing: Standing
    revision: int
    errors: int
    template: str
    run: str = Field(description="The run that is under way, if one is.")
    repository: str
    address: str
    configured: bool
    environments: dict[str, str]
    created_at: datetime
    created_by: str
    updated_at: datetime
    version: int


class CauseOut(BaseModel):
    """An event that others followed from."""

    event_id: str
    type: str
    stream: str
    by: str


class HappeningOut(BaseModel):
    """Something that happened to a project: what, when, who wanted it, and what led to it."""

    version: int
    type: str
    at: datetime
    actor_kind: Literal["person", "token", "system"]
    actor: str
    event_id: str
    correlation_id: str = Field(description="The request that all of it followed from.")
    causation_id: str
    causes: list[CauseOut] = Field(description="What led to it: the nearest first, back to the request.")
    data: dict[str, object]


class ElementChangeOut(BaseModel):
    """An element of the blueprint that differs."""

    path: str
    change: Literal["added", "removed", "changed"]
    before: object = None
    after: object = None


class DifferenceOut(BaseModel):
    """What two revisions differ in."""

    from_revision: int
    to_revision: int
    lines: str = Field(description="A unified difference of the texts.")
    elements: list[ElementChangeOut]
    readable: bool = Field(description="Whether both are blueprints; if not, there are no elements.")


class FileOut(BaseModel):
    """A file of a tree."""

    path: str
    size: int
    executable: bool
    link: str | None


class TreeOut(BaseModel):
    """The files of a revision."""

    revision: int
    files: list[FileOut]


class FileChangeOut(BaseModel):
    """A file that two trees do not have in common."""

    path: str
    change: Literal["added", "removed", "changed"]


class TreeDifferenceOut(BaseModel):
    """What the files of two revisions differ in."""

    from_revision: int
    to_revision: int
    files: list[FileChangeOut]
    lines: str = Field(description="A unified difference of the file that was asked for with `path`.")


class StepOut(BaseModel):
    """A step of a run: a check, or a tool that is made ready."""

    name: str
    state: Literal["started", "preparing", "ready", "passed", "failed", "not_proven"]
    seconds: float
    summary: str
    problems: list[str]


class RunOut(BaseModel):
    """A generation or a proof."""

    id: str
    project_id: str
    kind: Literal["generate", "prove"]
    revision: int
    state: Literal["queued", "running", "finished", "failed", "cancelled"]
    verdict: str = Field(description="generated, proven or not_proven; empty before the end.")
    attempt: int
    steps: list[StepOut]
    failed: list[str]
    passed: int
    open_questions: int
    seconds: float
    reason: str
    fix: str
    version: int


class RunRow(BaseModel):
    """A run in a list."""

    id: str
    project_id: str
    kind: Literal["generate", "prove"]
    revision: int
    state: Literal["queued", "running", "finished", "failed", "cancelled"]
    verdict: str
    failed: list[str]
    reason: str
    attempt: int
    seconds: float
    requested_at: datetime
    requested_by: str
    started_at: datetime | None
    ended_at: datetime | None


class LogLine(BaseModel):
    """A line of the log of a run."""

    version: int = Field(description="Of the event that it stands in.")
    at: datetime
    name: str = Field(description="Of the step; `run` for the run itself.")
    state: str
    seconds: float
    text: str
    problems: list[str]


class ElementOut(BaseModel):
    """Where an element of a plan comes from."""

    path: str
    words: str
    rule: str


class PlanOut(BaseModel):
    """A planned blueprint."""

    blueprint: str
    name: str
    planner: str
    questions: list[str] = Field(description="What the description leaves open.")
    elements: list[ElementOut] = Field(description="From which words each element comes.")


class FindingOut(BaseModel):
    """Something that is wrong with a blueprint, or could be better."""

    code: str
    severity: Literal["error", "warning", "hint"]
    message: str
    path: str
    expected: str
    nearest: str
    fix: str
    line: int
    column: int


class CheckOut(BaseModel):
    """What a check found."""

    system: str
    errors: int
    findings: list[FindingOut]


class RevisedOut(BaseModel):
    """A revision that was saved, with what a check found in it."""

    revision: RevisionOut
    check: CheckOut
