"""A name: one template of an organisation has it at a time."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from skafu.contexts.template.domain.commands import ClaimTemplateName, ReleaseTemplateName
from skafu.contexts.template.domain.events import TemplateNameClaimed, TemplateNameReleased
from skafu.kernel.errors import Conflict

Commands = ClaimTemplateName | ReleaseTemplateName
Events = TemplateNameClaimed | TemplateNameReleased


class TemplateNameTaken(Conflict):
    """Another template of the organisation has the name.

    Attributes:
        by: which one.
    """

    def __init__(self, name: str, by: str) -> None:
        """Say which name."""
        super().__init__(
            f"there is a template {name} already", fix="choose another name, or add a version to that template"
        )
        self.by = by


class TemplateName(msgspec.Struct, frozen=True):
    """Whose a name is; nobody's while it is empty."""

    template_id: str = ""


initial_state = TemplateName()


def decide(command: Commands, state: TemplateName) -> Sequence[Events]:
    """What a command leads to.

    Raises:
        TemplateNameTaken: another template has it.
    """
    match command:
        case ClaimTemplateName(name, template_id, instead_of):
            if state.template_id == template_id:
                return []
            if state.template_id and state.template_id != instead_of:
                raise TemplateNameTaken(name, state.template_id)
            return [TemplateNameClaimed(name, template_id)]
        case ReleaseTemplateName(name, template_id):
            return [TemplateNameReleased(name, template_id)] if state.template_id == template_id else []
        case _:
            assert_never(command)


def evolve(_state: TemplateName, event: Events) -> TemplateName:
    """The name after an event."""
    match event:
        case TemplateNameClaimed(_, template_id):
            return TemplateName(template_id)
        case TemplateNameReleased():
            return TemplateName()
        case _:
            assert_never(event)
