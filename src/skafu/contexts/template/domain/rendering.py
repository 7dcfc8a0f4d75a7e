"""The record that a template was filled in."""

from collections.abc import Sequence

import msgspec

from skafu.contexts.template.domain.commands import RecordRendering
from skafu.contexts.template.domain.events import TemplateRendered
from skafu.kernel.errors import NotFound


class NoRendering(NotFound):
    """There is no such rendering."""


class Rendering(msgspec.Struct, frozen=True):
    """What came of it, if it is on record."""

    rendered: TemplateRendered | None = None


initial_state = Rendering()


def decide(command: RecordRendering, state: Rendering) -> Sequence[TemplateRendered]:
    """What a command leads to: the record, once."""
    if state.rendered is not None:
        return []
    return [TemplateRendered(**{name: getattr(command, name) for name in command.__struct_fields__})]


def evolve(_state: Rendering, event: TemplateRendered) -> Rendering:
    """The record after an event."""
    return Rendering(event)
