"""What can be asked of projects and runs."""

from datetime import datetime

import msgspec

from skafu.contexts.project.domain.events import Source, Wishes
from skafu.contexts.project.domain.run_events import RunFinished, RunKind, RunStep
from skafu.kernel.events import Command


class ProjectCommand(Command, frozen=True):
    """What somebody wants of a project."""

    project_id: str


class FirstBlueprint(msgspec.Struct, frozen=True):
    """The blueprint that a project begins with; its text stands among the contents already."""

    blob: str
    author: str
    errors: int


class CreateProject(ProjectCommand, frozen=True):
    """Begin a project; with `provision` it is brought to a proven repository without being asked again."""

    name: str
    title: str
    description: str
    provision: bool
    at: datetime
    blueprint: FirstBlueprint | None = None
    brief: str = ""
    wishes: Wishes = Wishes()


class DescribeProject(ProjectCommand, frozen=True):
    """Change the title or the description; what is not given stays."""

    title: str | None = None
    description: str | None = None


class ReviseBlueprint(ProjectCommand, frozen=True):
    """Add a revision; its text stands among the contents already, and has been checked."""

    blob: str
    author: str
    message: str
    errors: int
    source: Source
    at: datetime


class RestoreRevision(ProjectCommand, frozen=True):
    """Bring an older revision back, as a new one."""

    number: int
    author: str
    message: str
    at: datetime


class SelectTemplate(ProjectCommand, frozen=True):
    """Choose what the project is generated from."""

    template: str
    version: str


class TakeNewVersion(ProjectCommand, frozen=True):
    """Be generated from another version of the template, if it is still the one that was chosen."""

    template: str
    version: str


class RequestGeneration(ProjectCommand, frozen=True):
    """Make the files of a revision; 0 is the newest."""

    run_id: str
    revision: int = 0


class RequestProof(ProjectCommand, frozen=True):
    """Prove the files that were generated last."""

    run_id: str


class RecordProofStart(ProjectCommand, frozen=True):
    """Note that the proof has begun."""

    run_id: str


class RecordResult(ProjectCommand, frozen=True):
    """Note what a run came to."""

    result: RunFinished


class RecordBreakdown(ProjectCommand, frozen=True):
    """Note that a run broke off or was cancelled."""

    run_id: str
    reason: str
    fix: str
    cancelled: bool


class OverrideProof(ProjectCommand, frozen=True):
    """Take over files that are not proven.

    Attributes:
        run_id: the proof whose record says so already; empty when none does.
        record: what was seen and who took it over, for programs.
        report: the same for people.
        delivery: an archive of the files together with this record.
    """

    person_id: str
    person: str
    reason: str
    run_id: str = ""
    record: str = ""
    report: str = ""
    delivery: str = ""


class RequestPublication(ProjectCommand, frozen=True):
    """Let the files that were generated last be published."""


class RecordPublication(ProjectCommand, frozen=True):
    """Note that files stand in a repository."""

    revision: int
    delivery: str
    repository: str
    address: str
    branch: str
    commit: str
    pull_request: str = ""


class ConfigureProject(ProjectCommand, frozen=True):
    """Note that the project is set up whole."""

    repository: str
    address: str


class RecordDeploymentStart(ProjectCommand, frozen=True):
    """Note that a deployment has begun."""

    deployment_id: str
    environment: str
    commit: str


class RecordDeployment(ProjectCommand, frozen=True):
    """Note that the project runs somewhere."""

    deployment_id: str
    environment: str
    commit: str
    address: str


class RecordDeploymentFailure(ProjectCommand, frozen=True):
    """Note that a deployment came to nothing."""

    deployment_id: str
    environment: str
    commit: str
    reason: str


class ArchiveProject(ProjectCommand, frozen=True):
    """Put the project away."""


class RestoreProject(ProjectCommand, frozen=True):
    """Take an archived project into use again."""


class DeleteProject(ProjectCommand, frozen=True):
    """End the project, and free its name."""


class RunCommand(Command, frozen=True):
    """What somebody wants of a run."""

    run_id: str


class OpenRun(RunCommand, frozen=True):
    """Let a run wait for its turn."""

    project_id: str
    kind: RunKind
    revision: int


class StartRun(RunCommand, frozen=True):
    """Note that a worker has begun."""

    attempt: int


class ProgressRun(RunCommand, frozen=True):
    """Note steps; those of an attempt that was given up are passed over."""

    attempt: int
    steps: tuple[RunStep, ...]


class FinishRun(RunCommand, frozen=True):
    """Note what the run came to."""

    result: RunFinished


class FailRun(RunCommand, frozen=True):
    """Note that the run broke off."""

    reason: str
    fix: str


class CancelRun(RunCommand, frozen=True):
    """Want the result no more. A run that has not been opened yet never begins."""

    project_id: str
    kind: RunKind
    revision: int
    reason: str
