"""What the routes of projects give."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Standing = Literal["nothing", "unproven", "not_proven", "overridden", "proven"]


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


class ProjectDeploymentOut(BaseModel):
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
    deployments: list[ProjectDeploymentOut]
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


class RunStepOut(BaseModel):
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
    steps: list[RunStepOut]
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
