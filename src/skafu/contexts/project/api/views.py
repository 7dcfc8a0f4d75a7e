"""Projects and runs as the routes show them."""

from collections.abc import Sequence

import msgspec

from skafu.contexts.project.api import schemas as s
from skafu.contexts.project.application.queries import Happening, ProjectView, RunView
from skafu.contexts.project.domain import run_events as r
from skafu.contexts.project.domain.events import fields_of
from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE, Project, Revision
from skafu.contexts.project.domain.run_events import RunStep
from skafu.contexts.project.ports import MadeCheck, MadePlan
from skafu.kernel.events import Event, RecordedEvent


def project_out(view: ProjectView) -> s.ProjectOut:
    """A project."""
    project = view.project
    newest = project.revisions[-1] if project.revisions else None
    return s.ProjectOut(
        id=project.project_id,
        name=project.name,
        title=project.title,
        description=project.description,
        status="archived" if view.archived else "active",
        standing=project.standing,
        revision=newest.number if newest else 0,
        errors=newest.errors if newest else 0,
        template=project.template or SHIPPED_TEMPLATE,
        template_version=project.template_version,
        generating=project.generating.run_id if project.generating else None,
        proving=project.proving.run_id if project.proving else None,
        generation=generation_out(project),
        trouble=project.trouble,
        proof=verdict_out(project),
        publication=_publication_out(project),
        configured=project.configured,
        deployments=[
            s.ProjectDeploymentOut.model_validate(msgspec.structs.asdict(each)) for each in project.deployments
        ],
        created_at=project.created_at,
        version=view.version,
    )


def generation_out(project: Project) -> s.GenerationOut | None:
    """The files that were generated last."""
    made = project.generation
    if made is None:
        return None
    return s.GenerationOut(
        run_id=made.run_id,
        revision=made.revision,
        files=made.files,
        template=made.template,
        template_version=made.template_version,
    )


def verdict_out(project: Project) -> s.VerdictOut | None:
    """What the last proof said."""
    verdict = project.verdict
    if verdict is None:
        return None
    return s.VerdictOut(
        run_id=verdict.run_id,
        revision=verdict.revision,
        proven=verdict.proven,
        of_present_files=project.generation is not None and project.generation.tree == verdict.tree,
        failed=list(verdict.failed),
        reason=verdict.reason,
        fix=verdict.fix,
        taken_by=verdict.taken_by,
        taken_because=verdict.taken_because,
    )


def _publication_out(project: Project) -> s.PublicationOut | None:
    published = project.publication
    if published is None:
        return None
    return s.PublicationOut(
        revision=published.revision,
        repository=published.repository,
        address=published.address,
        branch=published.branch,
        commit=published.commit,
        pull_request=published.pull_request,
    )


def revision_out(revision: Revision) -> s.RevisionOut:
    """A revision without its text."""
    return s.RevisionOut.model_validate(_without_blob(revision))


def revision_text_out(revision: Revision, blueprint: str) -> s.RevisionTextOut:
    """A revision with its text."""
    return s.RevisionTextOut.model_validate({**_without_blob(revision), "blueprint": blueprint})


def _without_blob(revision: Revision) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(revision).items() if name != "blob"}


def happening_out(happening: Happening) -> s.HappeningOut:
    """An event of a project with its causes."""
    recorded = happening.recorded
    causes = [
        s.CauseOut(event_id=each.event_id, type=each.type, stream=each.stream, by=each.by) for each in happening.causes
    ]
    return s.HappeningOut(
        version=recorded.version,
        type=type(recorded.event).__name__,
        at=recorded.recorded_at,
        actor_kind=recorded.actor.kind,
        actor=recorded.actor.id,
        event_id=str(recorded.event_id),
        correlation_id=str(recorded.correlation_id),
        causation_id=str(recorded.causation_id),
        causes=causes,
        data=fields_of(recorded.event),
    )


def run_out(view: RunView) -> s.RunOut:
    """A run."""
    run, result = view.run, view.run.result
    return s.RunOut(
        id=run.run_id,
        project_id=run.project_id,
        kind=run.kind,
        revision=run.revision,
        state=run.state,
        verdict=result.verdict if result else "",
        attempt=run.attempt,
        steps=[step_out(each) for each in run.steps],
        failed=list(result.failed) if result else [],
        passed=result.passed if result else 0,
        open_questions=result.open_questions if result else 0,
        seconds=result.seconds if result else 0.0,
        reason=run.reason,
        fix=run.fix,
        version=view.version,
    )


def step_out(step: RunStep) -> s.RunStepOut:
    """A step of a run."""
    return s.RunStepOut(
        name=step.name, state=step.state, seconds=step.seconds, summary=step.summary, problems=list(step.problems)
    )


def log_lines(events: Sequence[RecordedEvent[Event]]) -> list[s.LogLine]:
    """The lines of a log: one for each step, and one for each change of the run itself."""
    return [line for each in events for line in _lines(each)]


def _lines(recorded: RecordedEvent[Event]) -> list[s.LogLine]:
    match recorded.event:
        case r.RunProgressed(steps=steps):
            return [_line(recorded, each.name, each.state, each.summary, each.seconds, each.problems) for each in steps]
        case r.RunRequested():
            return [_line(recorded, "run", "queued", "")]
        case r.RunStarted(attempt=attempt):
            return [_line(recorded, "run", "running", f"attempt {attempt}")]
        case r.RunFinished(verdict=verdict, seconds=seconds):
            return [_line(recorded, "run", "finished", verdict, seconds)]
        case r.RunFailed(reason=reason, fix=fix):
            return [_line(recorded, "run", "failed", reason, problems=(fix,) if fix else ())]
        case r.RunCancelled(reason=reason):
            return [_line(recorded, "run", "cancelled", reason)]
        case _:
            return []


def _line(
    recorded: RecordedEvent[Event],
    name: str,
    state: str,
    text: str,
    seconds: float = 0.0,
    problems: Sequence[str] = (),
) -> s.LogLine:
    return s.LogLine(
        version=recorded.version,
        at=recorded.recorded_at,
        name=name,
        state=state,
        seconds=seconds,
        text=text,
        problems=list(problems),
    )


def plan_out(made: MadePlan) -> s.PlanOut:
    """A plan."""
    return s.PlanOut(
        blueprint=made.blueprint,
        name=made.name,
        planner=made.planner,
        questions=list(made.questions),
        elements=[s.ElementOut(path=each.path, words=each.words, rule=each.rule) for each in made.elements],
    )


def check_out(made: MadeCheck) -> s.CheckOut:
    """What a check found."""
    findings = [msgspec.structs.asdict(each) for each in made.findings]
    return s.CheckOut(
        system=made.system,
        errors=made.errors,
        findings=[
            s.FindingOut.model_validate({name: value for name, value in each.items() if name != "file"})
            for each in findings
        ],
    )
