"""Between processes and the context of templates."""

from collections.abc import Sequence
from typing import Final

from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE
from skafu.contexts.template.domain.commands import SelectTemplate
from skafu.contexts.template.domain.events import TemplateSelectionRefused
from skafu.kernel.events import Event
from skafu.processes.course.commands import HearFailed, ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind
from skafu.processes.translating.translation import Ask, Quietly, Translation


def _hear(kind: Kind, event: Event) -> Sequence[ProcessCommand]:
    """That a template was selected is heard of its project, once it knows."""
    if not isinstance(event, TemplateSelectionRefused):
        return ()
    return (HearFailed(event.project_id, kind, "template", event.template_id, event.reason, event.fix),)


def _ask(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    known = started.known
    if started.step != "template" or known.template == SHIPPED_TEMPLATE:
        return ()
    version = int(known.template_version) if known.template_version.isdecimal() else 0
    command = SelectTemplate(started.project_id, known.template, version)
    return (Ask(started, command, settled=True),)


def _undo(_cancelled: ProcessCancelled) -> Sequence[Quietly]:
    """What was selected stays selected."""
    return ()


TEMPLATE: Final = Translation((TemplateSelectionRefused,), _hear, _ask, _undo)
