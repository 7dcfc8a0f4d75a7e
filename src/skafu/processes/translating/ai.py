"""Between processes and the context of analyses."""

from collections.abc import Sequence
from typing import Final

from skafu.contexts.ai.domain import commands as c
from skafu.contexts.ai.domain import events as e
from skafu.kernel.events import Event
from skafu.processes.course.commands import HearDone, HearFailed, ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind, Known
from skafu.processes.translating.translation import Ask, Quietly, Translation


def _hear(kind: Kind, event: Event) -> Sequence[ProcessCommand]:
    match event:
        case e.AIAnalysisCompleted():
            learned = Known(blueprint=event.blueprint, draft_id=event.draft_id)
            return (HearDone(event.project_id, kind, "analysis", event.analysis_id, learned),)
        case e.AIAnalysisFailed():
            return (HearFailed(event.project_id, kind, "analysis", event.analysis_id, event.reason, event.fix),)
        case _:
            return ()


def _ask(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    """That a draft was accepted is no end of a step yet: that it has become a revision is."""
    match started.step:
        case "analysis":
            command = c.RequestAnalysis(started.ref, started.project_id, "description", started.known.brief)
            return (Ask(started, command),)
        case "blueprint":
            return (Ask(started, c.AcceptDraft(started.known.draft_id)),)
        case _:
            return ()


def _undo(_cancelled: ProcessCancelled) -> Sequence[Quietly]:
    """An analysis that nobody waits for changes nothing."""
    return ()


AI: Final = Translation((e.AIAnalysisCompleted, e.AIAnalysisFailed), _hear, _ask, _undo)
