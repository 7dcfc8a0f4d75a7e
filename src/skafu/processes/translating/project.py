"""Between processes and the context of projects."""

from collections.abc import Sequence
from typing import Final

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE
from skafu.contexts.project.domain.run_events import RunKind
from skafu.kernel.events import Event
from skafu.processes.course.commands import CancelProcess, HearDone, HearFailed, ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind, Known, Step
from skafu.processes.translating.translation import Ask, Quietly, Translation

_RUNS: Final[dict[Step, RunKind]] = {"generation": "generate", "proof": "prove"}


def _hear(kind: Kind, event: Event) -> Sequence[ProcessCommand]:
    match event:
        case e.ProjectGenerated() | e.GenerationFailed():
            return (_of_generation(kind, event),)
        case e.ProjectProven() | e.ProjectNotProven() | e.ProofOverridden():
            return (_of_proof(kind, event),)
        case e.ProjectDeleted():
            return (CancelProcess(event.project_id, kind, "the project was deleted"),)
        case _:
            found = _of_step(kind, event)
            return () if found is None else (found,)


def _of_step(kind: Kind, event: Event) -> ProcessCommand | None:
    match event:
        case e.TemplateSelected():
            learned = Known(template=event.template, template_version=event.version)
            return HearDone(event.project_id, kind, "template", event.template, learned)
        case e.PublicationRequested():
            learned = Known(
                name=event.name,
                title=event.title,
                revision=event.revision,
                delivery=event.delivery,
                report=event.report,
            )
            return HearDone(event.project_id, kind, "release", event.project_id, learned)
        case e.ProjectConfigured() if kind == "provisioning":
            return HearDone(event.project_id, kind, "record", event.project_id)
        case e.ProjectPublished() if kind == "update":
            return HearDone(event.project_id, kind, "record", event.project_id)
        case _:
            return None


def _of_generation(kind: Kind, event: e.ProjectGenerated | e.GenerationFailed) -> ProcessCommand:
    if isinstance(event, e.ProjectGenerated):
        return HearDone(event.project_id, kind, "generation", event.run_id, Known(revision=event.revision))
    return HearFailed(event.project_id, kind, "generation", event.run_id, event.reason, event.fix)


def _of_proof(kind: Kind, event: e.ProjectProven | e.ProjectNotProven | e.ProofOverridden) -> ProcessCommand:
    if isinstance(event, e.ProjectNotProven):
        return HearFailed(event.project_id, kind, "proof", event.run_id, event.reason, event.fix)
    return HearDone(event.project_id, kind, "proof", event.run_id)


def _ask(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    project_id, known = started.project_id, started.known
    match started.step:
        case "template" if known.template == SHIPPED_TEMPLATE:
            command = c.SelectTemplate(project_id, known.template, known.template_version)
            return (Ask(started, command, settled=True),)
        case "generation":
            return (Ask(started, c.RequestGeneration(project_id, started.ref)),)
        case "proof":
            return (Ask(started, c.RequestProof(project_id, started.ref)),)
        case "release":
            return (Ask(started, c.RequestPublication(project_id)),)
        case "record":
            return _record(started)
        case _:
            return ()


def _record(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    known = started.known
    published = c.RecordPublication(
        started.project_id,
        known.revision,
        known.delivery,
        known.repository,
        known.address,
        known.branch,
        known.commit,
        known.pull_request,
    )
    if started.kind == "update":
        return (Ask(started, published, settled=True),)
    configured = c.ConfigureProject(started.project_id, known.repository, known.address)
    return Quietly(published), Ask(started, configured, settled=True)


def _undo(cancelled: ProcessCancelled) -> Sequence[Quietly]:
    if not cancelled.run_id:
        return ()
    run = c.CancelRun(
        cancelled.run_id, cancelled.project_id, _RUNS[cancelled.step], revision=0, reason=cancelled.reason
    )
    return (Quietly(run),)


PROJECT: Final = Translation(
    (
        e.TemplateSelected,
        e.ProjectGenerated,
        e.GenerationFailed,
        e.ProjectProven,
        e.ProjectNotProven,
        e.ProofOverridden,
        e.PublicationRequested,
        e.ProjectPublished,
        e.ProjectConfigured,
        e.ProjectDeleted,
    ),
    _hear,
    _ask,
    _undo,
)
