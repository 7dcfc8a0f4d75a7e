"""What is known of a project that is there, and how events change it."""

from datetime import datetime
from functools import singledispatch
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.errors import NotGenerated, RevisionNotFound
from skafu.kernel.events import Event

SHIPPED_TEMPLATE: Final = "system"
"""What projects are generated from unless another template is chosen."""

Standing = Literal["nothing", "unproven", "not_proven", "overridden", "proven"]
"""What may be said of the files that were generated last."""


class Revision(msgspec.Struct, frozen=True):
    """A revision of the blueprint."""

    number: int
    blob: str
    author: str
    message: str
    errors: int
    source: e.Source
    restored: int
    at: datetime


class Pending(msgspec.Struct, frozen=True):
    """A run that the project waits for."""

    run_id: str
    revision: int
    template: str = ""
    template_version: str = ""
    tree: str = ""


class Generation(msgspec.Struct, frozen=True):
    """The files that were generated from a revision."""

    run_id: str
    revision: int
    tree: str
    files: int
    template: str
    template_version: str


class Verdict(msgspec.Struct, frozen=True):
    """What a proof said of a tree; `taken_by` took it over, for a reason, though it is not proven."""

    run_id: str
    revision: int
    tree: str
    proven: bool
    record: str
    report: str
    delivery: str
    failed: tuple[str, ...] = ()
    reason: str = ""
    fix: str = ""
    taken_by: str = ""
    taken_by_id: str = ""
    taken_because: str = ""


class Publication(msgspec.Struct, frozen=True):
    """Where the files were published last."""

    revision: int
    delivery: str
    repository: str
    address: str
    branch: str
    commit: str
    pull_request: str


class Deployment(msgspec.Struct, frozen=True):
    """How the project stands in an environment."""

    environment: str
    deployment_id: str
    state: Literal["started", "deployed", "failed"]
    commit: str
    address: str = ""
    reason: str = ""


class Project(msgspec.Struct, frozen=True):
    """All that is known of a project.

    Attributes:
        template: what was chosen to generate from; empty before, when it is the shipped one.
        generating: the generation that is under way.
        generations: the newest files of each revision that was generated, those made last at the end.
        proving: the proof that is under way.
        verdict: of the last proof that came to an end, whichever files it was about.
        trouble: why the last generation came to nothing; empty after one that did not.
    """

    project_id: str
    name: str
    life: int
    title: str
    description: str
    created_at: datetime
    revisions: tuple[Revision, ...] = ()
    template: str = ""
    template_version: str = ""
    generating: Pending | None = None
    generations: tuple[Generation, ...] = ()
    trouble: str = ""
    proving: Pending | None = None
    verdict: Verdict | None = None
    publication: Publication | None = None
    configured: bool = False
    deployments: tuple[Deployment, ...] = ()

    @property
    def generation(self) -> Generation | None:
        """The files that were generated last."""
        return self.generations[-1] if self.generations else None

    @property
    def standing(self) -> Standing:
        """What may be said of the files that were generated last."""
        if self.generation is None:
            return "nothing"
        if self.verdict is None or self.verdict.tree != self.generation.tree:
            return "unproven"
        if self.verdict.proven:
            return "proven"
        return "overridden" if self.verdict.taken_by_id else "not_proven"

    def generation_of(self, revision: int = 0) -> Generation:
        """The files of a revision; 0 are those that were generated last.

        Raises:
            NotGenerated: there are none.
        """
        found = [each for each in self.generations if revision in {0, each.revision}]
        if not found:
            raise NotGenerated(self.name)
        return found[-1]

    def revision(self, number: int = 0) -> Revision:
        """A revision by its number; 0 is the newest.

        Raises:
            RevisionNotFound: there is none of this number.
        """
        if not 0 < (number or len(self.revisions)) <= len(self.revisions):
            raise RevisionNotFound(number or 1, len(self.revisions))
        return self.revisions[number - 1 if number else -1]


@singledispatch
def after(event: Event, project: Project) -> Project:
    """The project after an event."""
    raise TypeError(f"{type(event).__name__} is no event of the project {project.name}")


@after.register
def _(event: e.ProjectDescribed, project: Project) -> Project:
    return replace(project, title=event.title, description=event.description)


@after.register
def _(event: e.BlueprintRevised, project: Project) -> Project:
    revision = Revision(
        event.number, event.blob, event.author, event.message, event.errors, event.source, event.restored, event.at
    )
    return replace(project, revisions=(*project.revisions, revision))


@after.register
def _(event: e.TemplateSelected, project: Project) -> Project:
    return replace(project, template=event.template, template_version=event.version)


@after.register
def _(event: e.GenerationRequested, project: Project) -> Project:
    pending = Pending(event.run_id, event.revision, event.template, event.template_version)
    return replace(project, generating=pending)


@after.register
def _(event: e.ProjectGenerated, project: Project) -> Project:
    asked = project.generating or Pending(event.run_id, event.revision, project.template, project.template_version)
    made = Generation(event.run_id, event.revision, event.tree, event.files, asked.template, asked.template_version)
    others = tuple(each for each in project.generations if each.revision != made.revision)
    return replace(project, generating=None, generations=(*others, made), trouble="")


@after.register
def _(event: e.GenerationFailed, project: Project) -> Project:
    return replace(project, generating=None, trouble="" if event.cancelled else event.reason)


@after.register
def _(event: e.ProofRequested, project: Project) -> Project:
    return replace(project, proving=Pending(event.run_id, event.revision, tree=event.tree))


@after.register
def _(_event: e.ProofStarted, project: Project) -> Project:
    return project


@after.register
def _(event: e.ProjectProven, project: Project) -> Project:
    verdict = Verdict(
        event.run_id,
        event.revision,
        event.tree,
        proven=True,
        record=event.record,
        report=event.report,
        delivery=event.delivery,
    )
    return replace(project, proving=None, verdict=verdict)


@after.register
def _(event: e.ProjectNotProven, project: Project) -> Project:
    verdict = Verdict(
        event.run_id,
        event.revision,
        event.tree,
        proven=False,
        record=event.record,
        report=event.report,
        delivery=event.delivery,
        failed=event.failed,
        reason=event.reason,
        fix=event.fix,
    )
    return replace(project, proving=None, verdict=project.verdict if event.cancelled else verdict)


@after.register
def _(event: e.ProofOverridden, project: Project) -> Project:
    if project.verdict is None:
        return project
    said = project.verdict
    if event.record:
        said = replace(said, record=event.record, report=event.report, delivery=event.delivery)
    taken = replace(said, taken_by=event.person, taken_by_id=event.person_id, taken_because=event.reason)
    return replace(project, verdict=taken)


@after.register
def _(_event: e.PublicationRequested, project: Project) -> Project:
    return project


@after.register
def _(event: e.ProjectPublished, project: Project) -> Project:
    published = Publication(
        event.revision,
        event.delivery,
        event.repository,
        event.address,
        event.branch,
        event.commit,
        event.pull_request,
    )
    return replace(project, publication=published)


@after.register
def _(_event: e.ProjectConfigured, project: Project) -> Project:
    return replace(project, configured=True)


@after.register
def _(event: e.DeploymentStarted, project: Project) -> Project:
    return _deployed(project, Deployment(event.environment, event.deployment_id, "started", event.commit))


@after.register
def _(event: e.ProjectDeployed, project: Project) -> Project:
    return _deployed(
        project, Deployment(event.environment, event.deployment_id, "deployed", event.commit, event.address)
    )


@after.register
def _(event: e.DeploymentFailed, project: Project) -> Project:
    failed = Deployment(event.environment, event.deployment_id, "failed", event.commit, reason=event.reason)
    return _deployed(project, failed)


def _deployed(project: Project, deployment: Deployment) -> Project:
    others = tuple(each for each in project.deployments if each.environment != deployment.environment)
    return replace(project, deployments=(*others, deployment))
