"""Which version of which template a project is made from: asked for, then selected or refused."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from skafu.contexts.template.domain.commands import ConfirmSelection, RefuseSelection, SelectTemplate
from skafu.contexts.template.domain.events import (
    TemplateSelected,
    TemplateSelectionRefused,
    TemplateSelectionRequested,
)

Commands = SelectTemplate | ConfirmSelection | RefuseSelection
Events = TemplateSelectionRequested | TemplateSelected | TemplateSelectionRefused
Wanted = tuple[str, int]
"""A template and a version of it."""


class Selection(msgspec.Struct, frozen=True):
    """What a project has chosen.

    Attributes:
        wanted: what was asked for and not answered yet.
        selected: what it is made from.
        refused: the last answer, when it was a refusal.
    """

    wanted: Wanted | None = None
    selected: Wanted | None = None
    refused: TemplateSelectionRefused | None = None


initial_state = Selection()


def decide(command: Commands, state: Selection) -> Sequence[Events]:
    """What a command leads to; an answer to what nobody asks for any more is none."""
    wanted = (command.template_id, command.version)
    match command:
        case SelectTemplate(project_id, template_id, version):
            if wanted == state.wanted or (state.wanted is None and not state.refused and wanted == state.selected):
                return []
            return [TemplateSelectionRequested(project_id, template_id, version)]
        case ConfirmSelection(project_id, template_id, _, found):
            return [TemplateSelected(project_id, template_id, found)] if wanted == state.wanted else []
        case RefuseSelection(project_id, template_id, version, code, reason, fix):
            if wanted != state.wanted:
                return []
            return [TemplateSelectionRefused(project_id, template_id, version, code, reason, fix)]
        case _:
            assert_never(command)


def evolve(state: Selection, event: Events) -> Selection:
    """The selection after an event."""
    match event:
        case TemplateSelectionRequested(_, template_id, version):
            return Selection((template_id, version), state.selected)
        case TemplateSelected(_, template_id, version):
            return Selection(None, (template_id, version))
        case TemplateSelectionRefused():
            return Selection(None, state.selected, event)
        case _:
            assert_never(event)
