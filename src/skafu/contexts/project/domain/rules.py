"""What a project that is there answers to each command."""

from collections.abc import Sequence
from functools import singledispatch

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.errors import (
    BlueprintHasErrors,
    NotProven,
    ProofNotOverridable,
    ReasonMissing,
    RunUnderWay,
)
from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE, Deployment, Project, after
from skafu.contexts.project.domain.run_events import RunFinished
from skafu.kernel.events import Command, Event

Events = Sequence[Event]

WITHOUT_END = "the proof did not come to an end"


@singledispatch
def answer(command: Command, project: Project) -> Events:
    """What a command leads to."""
    raise TypeError(f"{type(command).__name__} is no command for the project {project.name}")


@answer.register
def _(command: c.DescribeProject, project: Project) -> Events:
    title = project.title if command.title is None else command.title
    description = project.description if command.description is None else command.description
    if (title, description) == (project.title, project.description):
        return ()
    return (e.ProjectDescribed(project.project_id, title, description),)


@answer.register
def _(command: c.ReviseBlueprint, project: Project) -> Events:
    if project.revisions and project.revisions[-1].blob == command.blob:
        return ()
    revised = e.BlueprintRevised(
        project.project_id,
        number=len(project.revisions) + 1,
        blob=command.blob,
        author=command.author,
        message=command.message,
        errors=command.errors,
        source=command.source,
        restored=0,
        at=command.at,
    )
    return (revised,)


@answer.register
def _(command: c.RestoreRevision, project: Project) -> Events:
    older = project.revision(command.number)
    if project.revisions[-1].blob == older.blob:
        return ()
    restored = e.BlueprintRevised(
        project.project_id,
        number=len(project.revisions) + 1,
        blob=older.blob,
        author=command.author,
        message=command.message,
        errors=older.errors,
        source="restored",
        restored=older.number,
        at=command.at,
    )
    return (restored,)


@answer.register
def _(command: c.SelectTemplate, project: Project) -> Events:
    if (command.template, command.version) == (project.template, project.template_version):
        return ()
    return (e.TemplateSelected(project.project_id, command.template, command.version),)


@answer.register
def _(command: c.TakeNewVersion, project: Project) -> Events:
    if command.template != project.template or command.version == project.template_version:
        return ()
    return (e.TemplateSelected(project.project_id, command.template, command.version),)


@answer.register
def _(command: c.RequestGeneration, project: Project) -> Events:
    if project.generating is not None:
        return _under_way("a generation", project.generating.run_id, command.run_id)
    revision = project.revision(command.revision)
    if revision.errors:
        raise BlueprintHasErrors(revision.number, revision.errors)
    requested = e.GenerationRequested(
        project.project_id,
        command.run_id,
        revision.number,
        revision.blob,
        project.template or SHIPPED_TEMPLATE,
        project.template_version,
    )
    return (requested,)


@answer.register
def _(command: c.RequestProof, project: Project) -> Events:
    if project.proving is not None:
        return _under_way("a proof", project.proving.run_id, command.run_id)
    made = project.generation_of()
    return (e.ProofRequested(project.project_id, command.run_id, made.revision, made.tree),)


def _under_way(what: str, running: str, wanted: str) -> Events:
    """Asked again for the same run, there is nothing to do."""
    if running == wanted:
        return ()
    raise RunUnderWay(what, running)


@answer.register
def _(command: c.RecordProofStart, project: Project) -> Events:
    pending = project.proving
    if pending is None or pending.run_id != command.run_id:
        return ()
    return (e.ProofStarted(project.project_id, pending.run_id, pending.revision),)


@answer.register
def _(command: c.RecordResult, project: Project) -> Events:
    result = command.result
    pending = project.generating if result.kind == "generate" else project.proving
    if pending is None or pending.run_id != result.run_id:
        return ()
    match result.verdict:
        case "generated":
            return (e.ProjectGenerated(project.project_id, result.run_id, result.revision, result.tree, result.files),)
        case "proven":
            return (_proven(project, result),)
        case "not_proven":
            return (_not_proven(project, result),)


def _proven(project: Project, result: RunFinished) -> Event:
    return e.ProjectProven(
        project.project_id,
        result.run_id,
        result.revision,
        result.tree,
        result.record,
        result.report,
        checks=result.passed,
        open_questions=result.open_questions,
        delivery=result.delivery,
    )


def _not_proven(project: Project, result: RunFinished) -> Event:
    told = ", ".join(result.failed[:5]) + (f" and {len(result.failed) - 5} more" if len(result.failed) > 5 else "")
    return e.ProjectNotProven(
        project.project_id,
        result.run_id,
        result.revision,
        result.tree,
        result.record,
        result.report,
        failed=result.failed,
        reason=f"failed: {told}",
        fix="read the record of the proof, mend the blueprint, and generate and prove again",
        delivery=result.delivery,
    )


@answer.register
def _(command: c.RecordBreakdown, project: Project) -> Events:
    if project.generating is not None and project.generating.run_id == command.run_id:
        return (
            e.GenerationFailed(
                project.project_id,
                command.run_id,
                project.generating.revision,
                command.reason,
                command.fix,
                cancelled=command.cancelled,
            ),
        )
    if project.proving is not None and project.proving.run_id == command.run_id:
        return (
            e.ProjectNotProven(
                project.project_id,
                command.run_id,
                project.proving.revision,
                project.proving.tree,
                record="",
                report="",
                failed=(),
                reason=f"{WITHOUT_END}: {command.reason}",
                fix=command.fix,
                cancelled=command.cancelled,
            ),
        )
    return ()


@answer.register
def _(command: c.OverrideProof, project: Project) -> Events:
    if not command.person.strip() or not command.reason.strip():
        raise ReasonMissing
    verdict = project.verdict
    if verdict is None or project.standing not in {"not_proven", "overridden"} or not verdict.record:
        raise ProofNotOverridable(project.name)
    if project.standing == "overridden":
        return ()
    if command.run_id not in {"", verdict.run_id}:
        raise RunUnderWay("a proof", verdict.run_id)
    overridden = e.ProofOverridden(
        project.project_id,
        verdict.run_id,
        verdict.revision,
        verdict.tree,
        command.person_id,
        command.person.strip(),
        command.reason.strip(),
        command.record,
        command.report,
        command.delivery,
    )
    return (overridden,)


@answer.register
def _(_command: c.RequestPublication, project: Project) -> Events:
    made = project.generation_of()
    if project.standing not in {"proven", "overridden"} or project.verdict is None:
        raise NotProven(project.name)
    requested = e.PublicationRequested(
        project.project_id,
        project.name,
        project.title,
        made.revision,
        project.verdict.delivery,
        project.verdict.report,
    )
    return (requested,)


@answer.register
def _(command: c.RecordPublication, project: Project) -> Events:
    published = e.ProjectPublished(
        project.project_id,
        command.revision,
        command.delivery,
        command.repository,
        command.address,
        command.branch,
        command.commit,
        command.pull_request,
    )
    if project.publication == after(published, project).publication:
        return ()
    return (published,)


@answer.register
def _(command: c.ConfigureProject, project: Project) -> Events:
    if project.configured:
        return ()
    return (e.ProjectConfigured(project.project_id, command.repository, command.address),)


@answer.register
def _(command: c.RecordDeploymentStart, project: Project) -> Events:
    if _known(project, command.environment, command.deployment_id):
        return ()
    return (e.DeploymentStarted(project.project_id, command.deployment_id, command.environment, command.commit),)


@answer.register
def _(command: c.RecordDeployment, project: Project) -> Events:
    known = _known(project, command.environment, command.deployment_id)
    if known is not None and known.state == "deployed":
        return ()
    deployed = e.ProjectDeployed(
        project.project_id, command.deployment_id, command.environment, command.commit, command.address
    )
    return (deployed,)


@answer.register
def _(command: c.RecordDeploymentFailure, project: Project) -> Events:
    known = _known(project, command.environment, command.deployment_id)
    if known is not None and known.state != "started":
        return ()
    failed = e.DeploymentFailed(
        project.project_id, command.deployment_id, command.environment, command.commit, command.reason
    )
    return (failed,)


def _known(project: Project, environment: str, deployment_id: str) -> Deployment | None:
    found = (each for each in project.deployments if each.environment == environment)
    return next((each for each in found if each.deployment_id == deployment_id), None)
