"""What happens to projects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from skafu.contexts.project.domain.run_events import RUN_EVENTS
from skafu.kernel.event_types import EventType, EventTypes, Fields, Upcaster
from skafu.kernel.events import Event
from skafu.kernel.personal import Personal

Source = Literal["written", "planned", "restored", "recommended"]
"""How a revision came about: by hand, by a planner, from an older one, or as a change that was proposed."""


class ProjectEvent(Event, frozen=True):
    """Something that happened to a project."""

    project_id: str


Start = Literal["nothing", "description", "blueprint"]
"""What a project is brought to a proven repository from, without being asked again; from `nothing`, it is not."""


class Wishes(msgspec.Struct, frozen=True):
    """What somebody wants of the provisioning of a project.

    Attributes:
        template: what it is generated from.
        template_version: of an uploaded template.
        host: where its repository is to stand; what hosts there are is not known here.
        owner: the account at the host, where there are several.
        private: whether only those who are let in may see it.
    """

    template: str = "system"
    template_version: str = ""
    host: str = "local"
    owner: str = ""
    private: bool = True


class ProjectCreated(ProjectEvent, frozen=True):
    """A project has begun.

    Attributes:
        life: counts those that have had this name, from 1.
        brief: the description, among the contents of the organisation; empty when there is none.
    """

    name: str
    title: str
    description: str
    life: int
    provision_from: Start
    at: datetime
    brief: str = ""
    wishes: Wishes = Wishes()


class ProjectDescribed(ProjectEvent, frozen=True):
    """The title or the description is another one now."""

    title: str
    description: str


class BlueprintRevised(ProjectEvent, frozen=True):
    """The blueprint has a new revision.

    Attributes:
        number: of the revision, from 1.
        blob: the text, among the contents of the organisation.
        author: who wrote it: the id of a person, or of a part of the system.
        message: what it is for, in their words.
        errors: that a check found in it; with any, nothing can be generated from it.
        source: how it came about.
        restored: the number of the revision that it brings back, else 0.
    """

    number: int
    blob: str
    author: str
    message: str
    errors: int
    source: Source
    restored: int
    at: datetime


class TemplateSelected(ProjectEvent, frozen=True):
    """From now on the project is generated from this template."""

    template: str
    version: str


class GenerationRequested(ProjectEvent, frozen=True):
    """Somebody wants the files of a revision."""

    run_id: str
    revision: int
    blueprint: str
    template: str
    template_version: str


class ProjectGenerated(ProjectEvent, frozen=True):
    """The files of a revision are there; `tree` is their archive."""

    run_id: str
    revision: int
    tree: str
    files: int


class GenerationFailed(ProjectEvent, frozen=True):
    """The files of a revision could not be made."""

    run_id: str
    revision: int
    reason: str
    fix: str
    cancelled: bool = False


class ProofRequested(ProjectEvent, frozen=True):
    """Somebody wants the files that were generated last to be proven."""

    run_id: str
    revision: int
    tree: str


class ProofStarted(ProjectEvent, frozen=True):
    """The proof has begun."""

    run_id: str
    revision: int


class ProjectProven(ProjectEvent, frozen=True):
    """No check failed.

    Attributes:
        record: what was seen, for programs.
        report: the same for people.
        delivery: an archive of the files together with the record.
    """

    run_id: str
    revision: int
    tree: str
    record: str
    report: str
    checks: int
    open_questions: int
    delivery: str = ""


class ProjectNotProven(ProjectEvent, frozen=True):
    """The files are not shown to be good.

    Attributes:
        failed: the names of the checks that failed; none when the proof itself did not come to an end.
        record: of the proof, when it came to an end.
        reason: in words.
    """

    run_id: str
    revision: int
    tree: str
    record: str
    report: str
    failed: tuple[str, ...]
    reason: str
    fix: str = ""
    cancelled: bool = False
    delivery: str = ""


class ProofOverridden(ProjectEvent, frozen=True):
    """A named person takes the files over though they are not proven, with a reason, on record.

    Attributes:
        record: of the proof, that says so; empty when the one before is kept.
        report: the same for people.
        delivery: an archive of the files together with this record.
    """

    run_id: str
    revision: int
    tree: str
    person_id: str
    person: Annotated[str, Personal(subject="person_id")]
    reason: str
    record: str = ""
    report: str = ""
    delivery: str = ""


class PublicationRequested(ProjectEvent, frozen=True):
    """Files that are proven, or taken over, are to be published.

    Attributes:
        delivery: an archive of the files together with the record of their proof.
        report: that record, for people.
    """

    name: str
    title: str
    revision: int
    delivery: str
    report: str


class ProjectPublished(ProjectEvent, frozen=True):
    """The files stand in a repository."""

    revision: int
    delivery: str
    repository: str
    address: str
    branch: str
    commit: str
    pull_request: str = ""


class ProjectConfigured(ProjectEvent, frozen=True):
    """The project is set up whole: files, proof and repository."""

    repository: str
    address: str


class DeploymentStarted(ProjectEvent, frozen=True):
    """The project is being deployed."""

    deployment_id: str
    environment: str
    commit: str


class ProjectDeployed(ProjectEvent, frozen=True):
    """The project runs in an environment."""

    deployment_id: str
    environment: str
    commit: str
    address: str


class DeploymentFailed(ProjectEvent, frozen=True):
    """A deployment came to nothing."""

    deployment_id: str
    environment: str
    commit: str
    reason: str


class ProjectArchived(ProjectEvent, frozen=True):
    """The project is put away: it can be read, and nothing changes in it."""


class ProjectRestored(ProjectEvent, frozen=True):
    """An archived project is in use again."""


class ProjectDeleted(ProjectEvent, frozen=True):
    """The project is gone, and its name is free; `runs` were under way."""

    name: str
    runs: tuple[str, ...]


PROJECT_EVENTS: tuple[type[Event], ...] = (
    ProjectCreated,
    ProjectDescribed,
    BlueprintRevised,
    TemplateSelected,
    GenerationRequested,
    ProjectGenerated,
    GenerationFailed,
    ProofRequested,
    ProofStarted,
    ProjectProven,
    ProjectNotProven,
    ProofOverridden,
    PublicationRequested,
    ProjectPublished,
    ProjectConfigured,
    DeploymentStarted,
    ProjectDeployed,
    DeploymentFailed,
    ProjectArchived,
    ProjectRestored,
    ProjectDeleted,
)


def _with_no_record_of_its_own(fields: Fields) -> Fields:
    return {**fields, "record": "", "report": "", "delivery": ""}


UPCASTERS: Mapping[type[Event], tuple[Upcaster, ...]] = {ProofOverridden: (_with_no_record_of_its_own,)}

EVENT_TYPES = EventTypes(
    *(EventType(each, f"project.{each.__name__}", UPCASTERS.get(each, ())) for each in (*PROJECT_EVENTS, *RUN_EVENTS))
)
"""How the events of this context stand in the store."""


def fields_of(event: Event) -> dict[str, object]:
    """What an event says, as JSON has it."""
    found: dict[str, object] = msgspec.to_builtins(event)
    return found
